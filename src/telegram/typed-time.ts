import { DateTime } from 'luxon';

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** `30s`, `2m`, `90 min`, `1h`, `3 days`, in seconds; undefined for anything else. */
export function secondsOf(text: string): number | undefined {
  const [, count, unit = ''] =
    /^(\d{1,6})\s*(s|m|h|d)(?:ecs?|ins?|rs?|ours?|inutes?|econds?|ays?)?$/i.exec(text.trim()) ?? [];
  const seconds = Number(count) * (unitSeconds[unit.toLowerCase()] ?? Number.NaN);
  return seconds > 0 ? seconds : undefined;
}

/** `18:00` today, or tomorrow where that has passed; undefined for anything else. */
export function clockTimeOf(text: string, zone: string, now: Date): Date | undefined {
  const [, hour, minute] = /^(\d{1,2}):(\d{2})$/.exec(text.trim()) ?? [];
  if (Number(hour) > 23 || Number(minute) > 59 || hour === undefined) return undefined;
  const local = DateTime.fromJSDate(now, { zone });
  const at = local.startOf('day').set({ hour: Number(hour), minute: Number(minute) });
  return (at > local ? at : at.plus({ days: 1 })).toJSDate();
}

/** In the largest unit that leaves nothing over: `30s`, `2m`, `1h`. */
export function typedSpan(seconds: number): string {
  if (seconds % 3_600 === 0) return `${seconds / 3_600}h`;
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}
