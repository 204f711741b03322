import { stringify } from 'csv-stringify/sync';

export type Cell = string | number | null;

/** RFC 4180; what a spreadsheet would take for a formula begins with an apostrophe. */
const options = { record_delimiter: 'windows', escape_formulas: true } as const;

/** The first line, after the mark by which spreadsheets recognize UTF-8. */
export function csvHead(columns: readonly string[]): string {
  return stringify([columns], { ...options, bom: true });
}

export function csvRows(rows: readonly (readonly Cell[])[]): string {
  return stringify([...rows], options);
}
