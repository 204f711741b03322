import type { Client } from 'pg';

/** What statements rely on: what there is, and what may be left out or written. */
export type SchemaRules = Readonly<{
  /** By `table.column`. */
  columns: ReadonlyMap<string, Readonly<{ type: string; isNullable: boolean; isFilled: boolean }>>;
  /** Constraints, unique indexes and triggers, by `table name`. */
  rules: ReadonlyMap<string, Rule>;
}>;

type Rule = Readonly<{
  kind: 'check' | 'unique' | 'foreign key' | 'trigger';
  table: string;
  columns: readonly string[];
  definition: string;
}>;

export async function readSchemaRules(client: Client): Promise<SchemaRules> {
  const columns = await client.query<{ name: string; type: string; isNullable: boolean; isFilled: boolean }>(`
    select c.relname || '.' || a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
           not a.attnotnull as "isNullable", a.atthasdef or a.attidentity <> '' as "isFilled"
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v') and c.relname not like 'kysely%'`);
  const rules = await client.query<Rule & { name: string }>(`
    select c.conname as name, c.conrelid::regclass::text as table, pg_get_constraintdef(c.oid) as definition,
           case c.contype when 'c' then 'check' else 'foreign key' end as kind,
           (select array_agg(attname::text) from pg_attribute where attrelid = conrelid and attnum = any(conkey)) as columns
    from pg_constraint c where c.connamespace = 'public'::regnamespace and c.contype in ('c', 'f')
    union all
    select i.indexrelid::regclass::text, i.indrelid::regclass::text, pg_get_indexdef(i.indexrelid), 'unique',
           (select array_agg(attname::text) from pg_attribute where attrelid = indrelid and attnum = any(indkey))
    from pg_index i join pg_class c on c.oid = i.indrelid
    where i.indisunique and c.relnamespace = 'public'::regnamespace
    union all
    select tgname, tgrelid::regclass::text, pg_get_triggerdef(oid), 'trigger', '{}' from pg_trigger where not tgisinternal`);
  return {
    columns: new Map(columns.rows.map(({ name, ...column }) => [name, column])),
    rules: new Map(
      rules.rows
        .filter(({ table }) => !table.startsWith('kysely'))
        .map(({ name, ...rule }) => [`${rule.table} ${name}`, rule]),
    ),
  };
}

/** What statements that worked before may break on. */
export function whatBreaks(before: SchemaRules, after: SchemaRules): string[] {
  const tables = new Set([...before.columns.keys()].map((name) => name.split('.')[0] ?? ''));
  const isNew = (name: string) => !before.columns.has(name);
  const broken: string[] = [];

  for (const [name, was] of before.columns) {
    const is = after.columns.get(name);
    if (!is) broken.push(`${name} is gone`);
    else if (is.type !== was.type) broken.push(`${name} was ${was.type} and is ${is.type}`);
    else if (was.isNullable && !is.isNullable) broken.push(`${name} may no longer be null`);
    else if (was.isFilled && !is.isFilled) broken.push(`${name} has no default any more`);
  }
  for (const [name, { isNullable, isFilled }] of after.columns) {
    if (isNew(name) && tables.has(name.split('.')[0] ?? '') && !isNullable && !isFilled)
      broken.push(`${name} is new, and must be given`);
  }

  for (const [name, was] of before.rules) {
    const is = after.rules.get(name);
    // Upserts name the columns of a unique index; deleting a row relies on what is deleted with it.
    if (is?.definition !== was.definition && (was.kind === 'unique' || was.kind === 'foreign key'))
      broken.push(`${name} is gone or is another`);
  }
  for (const [name, rule] of after.rules) {
    const was = before.rules.get(name);
    // Whoever does not know a column leaves it null, or as its default says.
    const isOfNewColumns = rule.columns.length > 0 && rule.columns.every((column) => isNew(`${rule.table}.${column}`));
    if (!tables.has(rule.table) || isOfNewColumns || rule.definition === was?.definition) continue;
    if (rule.kind !== 'check' || !was) broken.push(`${name} is a new ${rule.kind}`);
    else if (!isWider(was.definition, rule.definition)) broken.push(`${name} forbids what it allowed`);
  }
  return broken;
}

/** Two lists of allowed words: the second has all of the first. */
function isWider(was: string, is: string): boolean {
  const wordsIn = (definition: string) =>
    Array.from(definition.matchAll(/'((?:[^']|'')*)'::text/g), ([, word]) => word);
  const words = new Set(wordsIn(is));
  const shapeOf = (definition: string) => definition.replace(/ARRAY\[[^\]]*\]/, 'ARRAY');
  return shapeOf(was) === shapeOf(is) && wordsIn(was).every((word) => words.has(word));
}
