/** The value below which this part (0..1) of the numbers lies. */
export function quantile(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * part), sorted.length - 1)] ?? Number.NaN;
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}

/** `12,300` and `4.56`: as many digits as mean something. */
export function plain(number: number): string {
  if (!Number.isFinite(number)) return '–';
  if (Math.abs(number) >= 1000) return Math.round(number).toLocaleString('en');
  return String(Number(number.toPrecision(3)));
}

/** The median with the least and the greatest of all rounds. */
export function spread(numbers: readonly number[], unit = ''): string {
  if (numbers.length === 1) return plain(numbers[0] ?? Number.NaN) + unit;
  return `${plain(median(numbers))}${unit} (${plain(Math.min(...numbers))}–${plain(Math.max(...numbers))})`;
}
