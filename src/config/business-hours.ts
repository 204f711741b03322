/** Minutes of the local week, Monday 00:00 = 0, end exclusive: `{ from: 540, to: 1080 }` is Monday 09:00–18:00. */
export type BusinessRange = { readonly from: number; readonly to: number };

/** Sorted ranges that never touch; one that crosses Sunday midnight is split in two. */
export type BusinessHours = 'always' | readonly BusinessRange[];

export type BusinessHoursOutcome = { ok: true; hours: BusinessHours } | { ok: false; problem: string };

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const DAY = 24 * 60;
const WEEK = 7 * DAY;

/** `always`, or parts such as `Mon-Fri 09:00-13:00, 14:00-18:00; Sat 22:00-06:00`, in the team's own time zone. */
export function parseBusinessHours(text: string): BusinessHoursOutcome {
  if (text.toLowerCase() === 'always') return { ok: true, hours: 'always' };

  const ranges: BusinessRange[] = [];
  for (const part of text.split(';').map((piece) => piece.trim())) {
    if (part === '') continue;
    const [days = '', times = '', ...rest] = part.replaceAll(/\s*([,–-])\s*/g, '$1').split(/\s+/);
    if (times === '' || rest.length > 0)
      return refused(`${quote(part)} must be days, a space and hours, such as Mon-Fri 09:00-18:00`);

    const starts = parseDays(days);
    if (typeof starts === 'string') return refused(starts);
    const spans = parseTimes(times);
    if (typeof spans === 'string') return refused(spans);
    for (const start of starts) {
      for (const span of spans) ranges.push(...withinWeek(start + span.from, start + span.to));
    }
  }
  if (ranges.length === 0) return refused('contains no hours');
  return { ok: true, hours: merge(ranges) };
}

/** The first minute of each named day, or the problem. `Sat-Mon` wraps around the week. */
function parseDays(text: string): number[] | string {
  const starts: number[] = [];
  for (const item of text.split(',')) {
    const [first = '', last = first, ...rest] = item.split(/[–-]/);
    const from = dayIndex(first);
    const to = dayIndex(last);
    if (from === -1) return `${quote(first)} is not a day: use ${DAYS.join(', ')}`;
    if (to === -1) return `${quote(last)} is not a day: use ${DAYS.join(', ')}`;
    if (rest.length > 0) return `${quote(item)} has more than two days: use Mon-Fri or Mon,Wed,Fri`;
    for (let day = from; ; day = (day + 1) % 7) {
      starts.push(day * DAY);
      if (day === to) break;
    }
  }
  return starts;
}

function dayIndex(text: string): number {
  return DAYS.findIndex((day) => day.toLowerCase() === text.toLowerCase());
}

/** Spans in minutes from the day's start, overnight ones ending after 24 h; or the problem. */
function parseTimes(text: string): BusinessRange[] | string {
  const spans: BusinessRange[] = [];
  for (const item of text.split(',')) {
    const [first = '', last = '', ...rest] = item.split(/[–-]/);
    if (last === '' || rest.length > 0) return `${quote(item)} is not a time span: use 09:00-18:00`;
    const from = minuteOfDay(first);
    const to = minuteOfDay(last);
    if (from === undefined || from === DAY) return `${quote(first)} is not a time from 00:00 to 23:59`;
    if (to === undefined) return `${quote(last)} is not a time from 00:00 to 24:00`;
    if (from === to) return `${quote(item)} starts and ends at the same time: use 00:00-24:00 for the whole day`;
    spans.push({ from, to: to < from ? to + DAY : to });
  }
  return spans;
}

function minuteOfDay(text: string): number | undefined {
  const match = /^(\d{1,2}):(\d{2})$/.exec(text);
  if (!match) return undefined;
  const hours = Number(match[1]);
  const minutes = Number(match[2]);
  const total = hours * 60 + minutes;
  return minutes < 60 && total <= DAY ? total : undefined;
}

function withinWeek(from: number, to: number): BusinessRange[] {
  if (to <= WEEK) return [{ from, to }];
  return [
    { from, to: WEEK },
    { from: 0, to: to - WEEK },
  ];
}

function merge(ranges: readonly BusinessRange[]): BusinessRange[] {
  const merged: BusinessRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && range.from <= last.to) merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
    else merged.push(range);
  }
  return merged;
}

function refused(problem: string): BusinessHoursOutcome {
  return { ok: false, problem };
}

function quote(text: string): string {
  return text.length > 30 ? `“${text.slice(0, 30)}…”` : `“${text}”`;
}
