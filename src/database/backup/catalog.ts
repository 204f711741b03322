import type { Client } from 'pg';
import type { End } from './format.ts';
import { ownTables } from './own-tables.ts';

export type Table = Readonly<{ name: string; columns: readonly string[] }>;

/** Bellhop's tables that are there, those that others refer to first, with the columns that hold values of their own. */
export async function findTables(client: Client): Promise<Table[]> {
  const { rows } = await client.query<Table & { refersTo: readonly string[] }>(
    `select relname as name,
       (select json_agg(attname order by attnum) from pg_attribute
        where attrelid = class.oid and attnum > 0 and not attisdropped and attgenerated = '') as columns,
       (select coalesce(json_agg(referred.relname), '[]') from pg_constraint
        join pg_class referred on referred.oid = confrelid
        where contype = 'f' and conrelid = class.oid and confrelid <> class.oid) as "refersTo"
     from pg_class class join pg_namespace on pg_namespace.oid = relnamespace
     where relkind = 'r' and nspname = current_schema() and relname = any($1) order by relname`,
    [ownTables],
  );
  const ordered: Table[] = [];
  const left = new Map(rows.map((row) => [row.name, row]));
  while (left.size > 0) {
    const free = [...left.values()].filter(({ refersTo }) => !refersTo.some((name) => left.has(name)));
    if (free.length === 0) throw new Error(`these tables refer to each other: ${[...left.keys()].join(', ')}`);
    for (const { name, columns } of free) {
      ordered.push({ name, columns });
      left.delete(name);
    }
  }
  return ordered;
}

export async function findSequences(client: Client): Promise<End['sequences']> {
  const { rows } = await client.query<End['sequences'][number]>(
    `select relname as table, attname as column, last::text from pg_attribute
     join pg_class on pg_class.oid = attrelid join pg_namespace on pg_namespace.oid = relnamespace
     cross join pg_sequence_last_value(pg_get_serial_sequence(format('%I.%I', nspname, relname), attname)::regclass) last
     where attidentity <> '' and nspname = current_schema() and relname = any($1) and last is not null order by 1`,
    [ownTables],
  );
  return rows;
}

/** The migrations that the database has run, in order; none in an empty one. */
export async function findMigrations(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string | null }>(`select to_regclass('kysely_migration')::text as name`);
  if (rows[0]?.name === null) return [];
  const ran = await client.query<{ name: string }>('select name from kysely_migration order by name');
  return ran.rows.map(({ name }) => name);
}
