import { sql } from 'kysely';
import type { Db } from '../database/connect.ts';
import type { Cell } from './csv.ts';

export type Span = Readonly<{ from: Date; to: Date }>;

/** The columns of an exported incidence, and where each comes from. Times are in the zone, as spreadsheets read them. */
const columns = {
  number: sql`incidences.id`,
  source: sql`source`,
  kind: sql`kind`,
  conversation: sql`external_id`,
  status: sql`status`,
  severity: sql`severity`,
  reason: sql`reason`,
  title: sql`title`,
  customer: sql`customer_name`,
  email: sql`customer_email`,
  phone: sql`customer_phone`,
  message: sql`message`,
  link: sql`url`,
  inbox: sql`property`,
  stage: sql`stage`,
  screen: sql`app_screen`,
  event: sql`event_type`,
  cart_value: sql`cart_value`,
  friction_score: sql`friction_score`,
  place: sql`place`,
  page: sql`page`,
  assignee: sql`assignee`,
  tags: sql`(select string_agg(name, ', ' order by name) from incidence_tags join tags on tags.id = tag_id
    where incidence_id = incidences.id)`,
  alerts: sql`alert_count`,
  opened_at: sql`opened_at`,
  acknowledged_at: sql`acknowledged_at`,
  acknowledged_by: sql`holder.name`,
  first_answer_at: sql`first_human_reply_at`,
  missed_at: sql`missed_at`,
  closed_at: sql`closed_at`,
  closed_by: sql`closer.name`,
  outcome: sql`outcome`,
  note: sql`note`,
} as const;

export const exportedColumns = Object.keys(columns);

const atOnce = 1_000;

/** What was opened in the period, in that order, some rows at a time: never all of it in memory. */
export async function* readOpened(db: Db, { from, to }: Span, zone: string): AsyncGenerator<Cell[][]> {
  const cells = Object.entries(columns).map(([name, value]) =>
    name.endsWith('_at') ? sql`to_char(${value} at time zone ${zone}, 'YYYY-MM-DD HH24:MI:SS')` : value,
  );
  // As text: the database counts microseconds. Rows are ordered by the column itself, which has an index.
  let after: Readonly<{ openedAt: string; id: number }> = { openedAt: from.toISOString(), id: 0 };
  for (;;) {
    const { rows } = await sql<Readonly<{ openedAt: string; id: number; cells: Cell[] }>>`
      select opened_at::text, incidences.id, json_build_array(${sql.join(cells)}) as cells
      from incidences
      left join people_names holder on holder.id = acknowledged_by
      left join people_names closer on closer.id = closed_by
      where opened_at >= ${after.openedAt}::timestamptz
        and (opened_at, incidences.id) > (${after.openedAt}::timestamptz, ${after.id})
        and opened_at < ${to}
      order by incidences.opened_at, incidences.id limit ${atOnce}`.execute(db);
    if (rows.length > 0) yield rows.map((row) => row.cells);
    const last = rows.at(-1);
    if (!last || rows.length < atOnce) return;
    after = last;
  }
}

/** Those of what was opened in the period that have a transcript, in that order. */
export async function* readIdsWithTranscript(db: Db, { from, to }: Span): AsyncGenerator<number> {
  let after = 0;
  for (;;) {
    const rows = await db
      .selectFrom('transcripts')
      .innerJoin('incidences', 'incidences.id', 'incidenceId')
      .select('incidenceId')
      .where('incidenceId', '>', after)
      .where('openedAt', '>=', from)
      .where('openedAt', '<', to)
      .orderBy('incidenceId')
      .limit(atOnce)
      .execute();
    for (const { incidenceId } of rows) yield incidenceId;
    const last = rows.at(-1);
    if (!last) return;
    after = last.incidenceId;
  }
}

/** Who takes what, before it is sent. `count`: incidences, or transcripts. */
export async function record(
  db: Db,
  taken: Span & Readonly<{ personId: number; kind: 'incidences' | 'transcripts'; count: number }>,
  now: Date,
): Promise<void> {
  const { personId, kind, from, to, count } = taken;
  await db
    .insertInto('exports')
    .values({ personId, kind, opensFrom: from, opensTo: to, count, takenAt: now })
    .execute();
}
