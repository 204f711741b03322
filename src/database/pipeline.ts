import type { Client, Connection, PoolClient, Submittable } from 'pg';

/** Prepared under `name`; without one it is sent whole each time. */
export type Sent = Readonly<{ text: string; values: readonly unknown[]; name?: string | undefined }>;

/** The result of one statement; the rows' keys are camelCase. */
export type Outcome = Readonly<{ command: string; rowCount: number; rows: readonly Row[] }>;

type Column = Readonly<{ name: string; dataTypeID: Parameters<Client['getTypeParser']>[0] }>;
type Row = Readonly<Record<string, unknown>>;
type Callback = (error: Error | null, outcomes?: readonly Outcome[]) => void;

/** How the rows of a statement are read. `empty`: all its columns, null. */
type Shape = Readonly<{ names: readonly string[]; parsers: readonly ((text: string) => unknown)[]; empty: Row }>;

/** What each connection has prepared, by name; null where a statement returns no rows. */
const preparedBy = new WeakMap<Connection, Map<string, Shape | null>>();

/**
 * Sends statements in one write and ends them by one Sync, which makes them one transaction, or part of the one that is
 * open (PostgreSQL manual, "Extended Query", pipelining). After an error the rest is skipped.
 *
 * It is a query of its own for pg, as pg-cursor is: pg asks for the description of a prepared statement's columns each
 * time, and what it makes of that was a quarter of all memory that an alert took.
 */
export function sendPipeline(
  client: Client | PoolClient,
  statements: readonly Sent[],
  toCamelCase: (name: string) => string,
  callback: (error: Error | null, outcomes: readonly Outcome[]) => void,
): void {
  client.query(new Pipeline(client, statements, toCamelCase, (error, outcomes = []) => callback(error, outcomes)));
}

class Pipeline implements Submittable {
  /** With `query_timeout`, pg calls this with the error alone, then replaces it. */
  callback: Callback;
  readonly #client: Client | PoolClient;
  readonly #statements: readonly Sent[];
  readonly #values: readonly (readonly (string | Buffer | null)[])[];
  readonly #toCamelCase: (name: string) => string;
  readonly #outcomes: Outcome[] = [];
  #prepared = new Map<string, Shape | null>();
  #shape: Shape | null | undefined;
  #rows: Row[] = [];
  #fault: Error | undefined;

  constructor(
    client: Client | PoolClient,
    statements: readonly Sent[],
    toCamelCase: (name: string) => string,
    callback: Callback,
  ) {
    this.callback = callback;
    this.#client = client;
    this.#statements = statements;
    this.#toCamelCase = toCamelCase;
    // Before anything is sent, so that a value that cannot be sent stops all.
    this.#values = statements.map(({ values }) => values.map(encode));
  }

  /** Returns why nothing was sent, as pg expects it. */
  submit(connection: Connection): Error | null {
    const prepared = preparedBy.get(connection) ?? new Map<string, Shape | null>();
    preparedBy.set(connection, prepared);
    this.#prepared = prepared;
    connection.stream.cork();
    try {
      this.#write(connection, prepared);
      return null;
    } catch (error) {
      // Half of it is written: the connection is of no more use.
      connection.stream.destroy();
      return asError(error);
    } finally {
      connection.stream.uncork();
    }
  }

  #write(connection: Connection, prepared: ReadonlyMap<string, Shape | null>): void {
    const parsed = new Set<string>();
    this.#statements.forEach(({ text, name = '' }, index) => {
      const isKnown = name !== '' && (prepared.has(name) || parsed.has(name));
      if (!isKnown) {
        // An earlier pipeline may have prepared it and then failed. Closing a name that does not exist is no error.
        if (name !== '') connection.close({ type: 'S', name }, true);
        connection.parse({ name, text, types: [] }, true);
        parsed.add(name);
      }
      connection.bind({ statement: name, values: [...(this.#values[index] ?? [])] }, true);
      if (!prepared.has(name)) connection.describe({ type: 'P', name: '' }, true);
      connection.execute(null, true);
    });
    connection.sync();
  }

  handleRowDescription({ fields }: Readonly<{ fields: readonly Column[] }>): void {
    const names = fields.map(({ name }) => this.#toCamelCase(name));
    this.#shape = {
      names,
      parsers: fields.map(({ dataTypeID }) => this.#client.getTypeParser(dataTypeID, 'text')),
      // What V8 makes of JSON is copied many times as fast as an object that got its keys one by one.
      empty: JSON.parse(JSON.stringify(Object.fromEntries(names.map((name) => [name, null])))),
    };
  }

  handleDataRow({ fields }: Readonly<{ fields: readonly (string | null)[] }>): void {
    this.#shape ??= this.#prepared.get(this.#current.name ?? '');
    if (!this.#shape) return;
    try {
      this.#rows.push(readRow(this.#shape, fields));
    } catch (error) {
      this.#fault ??= asError(error);
    }
  }

  handleCommandComplete({ text }: Readonly<{ text: string }>): void {
    const { name } = this.#current;
    if (name !== undefined && !this.#prepared.has(name)) this.#prepared.set(name, this.#shape ?? null);
    // "INSERT 0 5", "SELECT 5", "BEGIN", "LOCK TABLE"
    const [command = ''] = text.split(' ');
    const count = / (\d+)$/.exec(text)?.[1];
    this.#outcomes.push({ command, rowCount: Number(count ?? 0), rows: this.#rows });
    this.#shape = undefined;
    this.#rows = [];
  }

  handleError(error: Error): void {
    this.callback(error);
  }

  handleReadyForQuery(): void {
    this.callback(this.#fault ?? null, this.#outcomes);
  }

  handleEmptyQuery(): void {
    this.handleCommandComplete({ text: '' });
  }

  /** Nothing is copied this way. */
  handleCopyInResponse(connection: Connection & Readonly<{ sendCopyFail: (reason: string) => void }>): void {
    connection.sendCopyFail('nothing to copy');
  }

  get #current(): Sent {
    const current = this.#statements[this.#outcomes.length];
    if (!current) throw new Error('an answer to no statement');
    return current;
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function readRow({ names, parsers, empty }: Shape, fields: readonly (string | null)[]): Row {
  const row: Record<string, unknown> = { ...empty };
  fields.forEach((text, index) => {
    row[names[index] ?? ''] = text === null ? null : parsers[index]?.(text);
  });
  return row;
}

/** As PostgreSQL reads a parameter: bytes in its binary format, all else as text. A date is an instant, in UTC. */
function encode(value: unknown): string | Buffer | null {
  return value instanceof Uint8Array ? toBuffer(value) : toText(value);
}

function toBuffer(bytes: Uint8Array): Buffer {
  return bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function toText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return arrayLiteral(value);
  if (typeof value === 'object') return JSON.stringify(value);
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  throw new TypeError(`a ${typeof value} cannot be sent to PostgreSQL`);
}

function arrayLiteral(values: readonly unknown[]): string {
  const elements = values.map((value) => {
    if (Array.isArray(value)) return arrayLiteral(value);
    const text = value instanceof Uint8Array ? String.raw`\x${toBuffer(value).toString('hex')}` : toText(value);
    return text === null ? 'NULL' : `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
  });
  return `{${elements.join(',')}}`;
}
