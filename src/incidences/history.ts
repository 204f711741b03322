import type { Incidence } from './incidence.ts';

/** The history outlives the customer's data: of any other column it keeps only that it changed. */
const recordedColumns = [
  'status',
  'severity',
  'reason',
  'assignee',
  'stage',
  'trigger',
  'outcome',
  'deskStatus',
  'alertCount',
  'cartValue',
  'frictionScore',
  'acknowledgedAt',
  'acknowledgedBy',
  'closedAt',
  'closedBy',
  'visitorLeftAt',
  'missedAt',
  'firstHumanReplyAt',
  'snoozedUntil',
  'slaMissed',
] as const satisfies readonly (keyof Incidence)[];

export type RecordedColumn = (typeof recordedColumns)[number];

export function isRecorded(column: string): column is RecordedColumn {
  const known: readonly string[] = recordedColumns;
  return known.includes(column);
}

/** What an action changed: `before` and `after` in the history. */
export type HistoryValues = Readonly<
  { [Column in RecordedColumn]?: Incidence[Column] } & {
    tags?: readonly string[];
    /** Other columns that changed. */
    changed?: readonly string[];
    /** What was refused; `reason` says why. */
    wanted?: string;
    /** To whom it was assigned, by name. */
    assignedTo?: string;
    /** What was undone, and who had done it. */
    undone?: Readonly<{ action: string; actor: string }>;
    /** Who was reminded of it. */
    reminded?: string;
  }
>;

type AsJson<Value> = Value extends Date ? string : Value;
/** As the database returns them. */
export type StoredHistoryValues = { [Name in keyof HistoryValues]: AsJson<HistoryValues[Name]> };

export function valuesOf(incidence: Incidence, columns: readonly RecordedColumn[]): HistoryValues {
  const values: { [Column in RecordedColumn]?: Incidence[Column] } = {};
  for (const column of columns) Object.assign(values, { [column]: incidence[column] });
  return values;
}
