import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startProduct } from './support/product.ts';

test('docs/privacy.md names every column that can hold words, and no other', async ({ onTestFinished }) => {
  const product = await startProduct();
  onTestFinished(() => product.stop());
  const rows = await product.rows<{ place: string }>(
    `select table_name || '.' || column_name as place
     from information_schema.columns join information_schema.tables using (table_schema, table_name)
     where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not like 'kysely%'
       and data_type in ('text', 'character varying', 'json', 'jsonb', 'bytea', 'tsvector', 'ARRAY')`,
  );
  const guide = readFileSync(new URL('../docs/privacy.md', import.meta.url), 'utf8');
  const named = [...guide.matchAll(/^\| `(\w+)` *\| (`[^|]+`) *\|/gm)].flatMap(([, table, columns = '']) =>
    [...columns.matchAll(/`(\w+)`/g)].map(([, column]) => `${table}.${column}`),
  );
  expect(named.length).toBeGreaterThan(50);
  expect(named.toSorted()).toEqual(rows.map(({ place }) => place).toSorted());
});
