import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { World } from './world.ts';

/** Every column that can hold words and holds the marker, as `table.column`. */
export async function columnsWith(world: Pick<World, 'rows'>, marker: string): Promise<string[]> {
  const columns = await world.rows<{ place: string; query: string }>(
    `select table_name || '.' || column_name as place,
       format($q$select 1 from %I where position(lower($1) in lower(%s)) > 0 limit 1$q$, table_name,
         case data_type when 'bytea' then format('encode(%I, ''escape'')', column_name)
         else format('%I::text', column_name) end) as query
     from information_schema.columns join information_schema.tables using (table_schema, table_name)
     where table_schema = 'public' and table_type = 'BASE TABLE'
       and data_type in ('text', 'character varying', 'json', 'jsonb', 'bytea', 'tsvector', 'ARRAY')
     order by 1`,
  );
  expect(columns.length).toBeGreaterThan(40);
  const found: string[] = [];
  for (const { place, query } of columns) {
    if ((await world.rows(query, marker)).length > 0) found.push(place);
  }
  return found;
}

/** A finished chat of a customer with the marker in what can be known of them. */
export function markedTranscript(): string {
  const fixture = new URL('../fixtures/tawk/real__chat-transcript__two-agents-transfer.json', import.meta.url);
  const body = JSON.parse(readFileSync(fixture, 'utf8'));
  const said = {
    sender: { t: 'v' },
    type: 'msg',
    msg: 'marker said',
    time: body.chat.messages.at(-1).time,
    attchs: [],
  };
  body.chat.visitor = { ...body.chat.visitor, name: 'Marker Visitor', email: 'marker@example.com' };
  body.chat.messages.push(said);
  return JSON.stringify(body);
}
