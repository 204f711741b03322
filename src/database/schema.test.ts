import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { createTestDatabase } from '../../test/support/database.ts';
import { connectTo } from '../../test/support/world.ts';
import { createLog } from '../log.ts';
import { connect } from './connect.ts';
import { migrate } from './migrate.ts';

type Column = Readonly<{ type: string; nullable: boolean | undefined; optional: boolean }>;
type Columns = Readonly<Record<string, Column>>;

const valueTypes: Readonly<Record<string, string>> = {
  uuid: 'string',
  bigint: 'number',
  integer: 'number',
  smallint: 'number',
  'double precision': 'number',
  text: 'string',
  boolean: 'boolean',
  bytea: 'Buffer',
  json: 'json',
  jsonb: 'json',
  tsvector: 'unknown',
  ARRAY: 'array',
  'timestamp with time zone': 'Date',
};

test('schema.ts declares the tables of a migrated database', async () => {
  const actual = await readDatabase();
  const declared = readDeclarations();
  expect(Object.keys(declared).length).toBeGreaterThan(10);
  expect(Object.keys(declared).toSorted()).toEqual(Object.keys(actual).toSorted());
  for (const [table, columns] of Object.entries(declared)) {
    const real = actual[table] ?? {};
    expect(Object.keys(columns).toSorted(), table).toEqual(Object.keys(real).toSorted());
    for (const [name, column] of Object.entries(columns)) {
      const what = `${table}.${name}`;
      if (column.type !== 'unknown') expect(column.type, what).toBe(real[name]?.type);
      // The columns of a view have no constraint of their own.
      if (column.nullable !== undefined && real[name]?.nullable !== undefined)
        expect(column.nullable, `${what} is nullable`).toBe(real[name].nullable);
      if (column.optional) expect(real[name]?.optional, `${what} may be left out of an insert`).toBe(true);
    }
  }
});

async function readDatabase(): Promise<Readonly<Record<string, Columns>>> {
  const database = await createTestDatabase();
  const db = connect(database.url, { role: 'test', connections: 1, log: createLog('silent', { pretty: false }) });
  const client = await connectTo(database.url);
  onTestFinished(async () => {
    await db.destroy();
    await client.end();
    await database.drop();
  });
  await migrate(db);
  const { rows } = await client.query<Record<'table' | 'name' | 'type', string> & Omit<Column, 'type'>>(
    `select table_name as table, column_name as name, data_type as type,
       case table_type when 'BASE TABLE' then is_nullable = 'YES' end as nullable,
       is_nullable = 'YES' or column_default is not null or is_identity = 'YES' or is_generated = 'ALWAYS' as optional
     from information_schema.columns join information_schema.tables using (table_schema, table_name)
     where table_schema = 'public' and table_name not like 'kysely%'`,
  );
  const tables: Record<string, Record<string, Column>> = {};
  for (const { table, name, type, nullable, optional } of rows) {
    const columns = (tables[camelCase(table)] ??= {});
    columns[camelCase(name)] = { type: valueTypes[type] ?? type, nullable: nullable ?? undefined, optional };
  }
  return tables;
}

/** What the type `Database` says; types are gone at run time, so this reads its source. */
function readDeclarations(): Readonly<Record<string, Columns>> {
  const source = readFileSync(new URL('schema.ts', import.meta.url), 'utf8').replaceAll(/\/\*[^]*?\*\//g, '');
  const body = source.slice(source.indexOf('export type Database = {'));
  const tables = membersOf(body.slice(body.indexOf('{') + 1, body.lastIndexOf('}')));
  return Object.fromEntries(
    tables.map(([table, type]) => [
      table,
      Object.fromEntries(membersOf(type.slice(1, -1)).map(([name, column]) => [name, columnOf(column)])),
    ]),
  );
}

/** `a: string; b: { c: number };` → `[['a', 'string'], ['b', '{ c: number }']]`. */
function membersOf(text: string): [name: string, type: string][] {
  let depth = 0;
  const parts = [''];
  for (const character of text) {
    if ('{<('.includes(character)) depth += 1;
    if ('}>)'.includes(character)) depth -= 1;
    if (character === ';' && depth === 0) parts.push('');
    else parts.push((parts.pop() ?? '') + character);
  }
  return parts
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const colon = part.indexOf(':');
      return [part.slice(0, colon).trim(), part.slice(colon + 1).trim()];
    });
}

function columnOf(declared: string): Column {
  const optional = /^(?:Defaulted|Generated|GeneratedAlways)<|\| undefined/.test(declared);
  const type = declared.replace(/^(?:Defaulted|Generated|GeneratedAlways)<(.*)>$/s, '$1');
  const nullable = /\| null\b/.test(type);
  return { type: valueTypeOf(type), nullable: type === 'unknown' ? undefined : nullable, optional };
}

function valueTypeOf(type: string): string {
  if (/^(?:Json|ColumnType)</.test(type)) return 'json';
  const bare = type.replace(/ \| null$/, '');
  if (bare.startsWith("'")) return 'string';
  return bare.endsWith('[]') ? 'array' : bare;
}

function camelCase(name: string): string {
  return name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
