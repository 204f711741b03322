import { z } from 'zod';

/**
 * A backup is gzipped text, whose checksum gzip keeps:
 *
 *     {"bellhop": "backup", "format": 1, …}      the head
 *     {"table": "people", "columns": ["id", …]}  of each table, those that others refer to first
 *     …                                          its rows as PostgreSQL's COPY writes them
 *     \.
 *     {"rows": {"people": 3, …}, …}              the end
 */
export const headSchema = z.object({
  bellhop: z.literal('backup'),
  format: z.literal(1),
  createdAt: z.iso.datetime().transform((text) => new Date(text)),
  /** All that the database had run. */
  migrations: z.array(z.string()).min(1),
});

export const tableSchema = z.object({ table: z.string(), columns: z.array(z.string()).min(1) });

export const endSchema = z.object({
  rows: z.record(z.string(), z.number()),
  /** The last id that was given; one that was deleted since may stand in a message in Telegram. */
  sequences: z.array(z.object({ table: z.string(), column: z.string(), last: z.string() })),
});

export type Head = z.infer<typeof headSchema>;
export type End = z.infer<typeof endSchema>;

export const endOfRows = '\\.\n';

export function jsonLine(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

/** A backup that cannot be made or restored; the message says what to do. */
export class BackupError extends Error {
  override name = 'BackupError';
}
