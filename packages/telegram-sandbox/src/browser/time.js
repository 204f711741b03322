const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const clockWithSeconds = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

/** @param {number} unix */
export function timeOf(unix) {
  return clock.format(unix * 1000);
}

/** @param {number} ms */
export function exactTimeOf(ms) {
  return clockWithSeconds.format(ms);
}

/** @param {number} unix */
export function dayOf(unix) {
  const today = new Date().toDateString();
  const yesterday = new Date(Date.now() - 86_400_000).toDateString();
  const that = new Date(unix * 1000).toDateString();
  if (that === today) return 'Today';
  return that === yesterday ? 'Yesterday' : day.format(unix * 1000);
}

/** @param {number} unix */
export function fullTimeOf(unix) {
  return full.format(unix * 1000);
}

const UNITS = /** @type {const} */ ([
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
]);

/** @param {number} unix */
export function agoOf(unix) {
  const seconds = unix - Date.now() / 1000;
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? /** @type {const} */ (['second', 1]);
  return relative.format(Math.round(seconds / size), unit);
}

/**
 * A tg-time in the reader's own zone: 1 relative, 2/4 time short/long, 8/16 date short/long, 32 day of the week.
 * @param {number} unix
 * @param {number} flags
 */
export function formatTgTime(unix, flags) {
  if (flags & 1) return agoOf(unix);
  /** @type {Intl.DateTimeFormatOptions} */
  const options = {
    ...(flags & 32 ? { weekday: 'long' } : {}),
    ...(flags & 16 ? { day: 'numeric', month: 'long', year: 'numeric' } : {}),
    ...(flags & 8 ? { day: 'numeric', month: 'numeric', year: '2-digit' } : {}),
    ...(flags & 6 ? { hour: '2-digit', minute: '2-digit' } : {}),
    ...(flags & 4 ? { second: '2-digit' } : {}),
  };
  return new Intl.DateTimeFormat(undefined, options).format(unix * 1000);
}

/** @param {number} bytes */
export function sizeOf(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
