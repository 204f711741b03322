import { createHash } from 'node:crypto';
import type { Kysely, KyselyPlugin, QueryId } from 'kysely';
import type { Database } from './schema.ts';

const marked = new WeakSet<QueryId>();
const names = new Map<string, string>();

const mark: KyselyPlugin = {
  transformQuery: ({ node, queryId }) => {
    marked.add(queryId);
    return node;
  },
  transformResult: async ({ result }) => result,
};

/**
 * The same database or transaction; queries run through it become named prepared statements, which PostgreSQL parses and
 * plans once a connection. Only for a query whose text is always the same: each text stays in every connection's memory.
 */
export function prepared(db: Kysely<Database>): Kysely<Database> {
  return db.withPlugin(mark);
}

/** The same for one query. */
export function prepare(queryId: QueryId): void {
  marked.add(queryId);
}

export function isPrepared(queryId: QueryId): boolean {
  return marked.has(queryId);
}

/** The name under which a text is prepared: the same in every connection and process. */
export function nameOf(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = createHash('sha1').update(text).digest('base64url');
  names.set(text, name);
  return name;
}
