const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A time span as people type it: `30m`, `30 min`, `2h`, `1d`; undefined for anything else, and for none at all. */
export function spanMsOf(text: string): number | undefined {
  const [, count, unit = ''] = /^(\d{1,5})(s|m|h|d)(?:ec|in|ins|r|rs|ours?|inutes?|ays?)?$/i.exec(text.trim()) ?? [];
  const ms = Number(count) * (unitMs[unit.toLowerCase()] ?? Number.NaN);
  return ms > 0 ? ms : undefined;
}
