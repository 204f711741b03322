import { createHash } from 'node:crypto';
import type { Client, PoolClient, QueryResult } from 'pg';

/** Beyond so many different texts none is named any more: batches of every size would fill a connection's memory. */
const mostNames = 200;

/** "cached plan must not change result type": a newer version of the program migrated the tables under us. */
const planIsStale = '0A000';

const names = new Map<string, string>();

/**
 * Makes a connection prepare each statement once and keep it by name: PostgreSQL then parses and plans it once and not
 * at every call, which is more than half the time of most of ours. A connection whose plans went stale is given up, so
 * that whoever tries again gets a new one.
 */
export function prepareStatements(client: Client | PoolClient): void {
  const query = client.query.bind(client) as (...given: unknown[]) => Promise<QueryResult>;
  Object.assign(client, {
    query: (text: unknown, values?: unknown, ...rest: unknown[]) => {
      const name = typeof text === 'string' && Array.isArray(values) ? nameOf(text) : undefined;
      if (name === undefined || rest.length > 0) return query(text, values, ...rest);
      // By callback: what pg's own promise answered outlives it, and every scavenge takes five times as long.
      return new Promise<QueryResult>((resolve, reject) => {
        void query({ name, text, values }, (error: Error | null, result: QueryResult) => {
          if (!error) return resolve(result);
          if (Reflect.get(error, 'code') === planIsStale) void client.end();
          return reject(error);
        });
      });
    },
  });
}

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= mostNames) return known;
  const name = createHash('sha1').update(text).digest('base64url');
  names.set(text, name);
  return name;
}
