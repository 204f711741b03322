import { EmbeddedPostgresError } from '../database/embedded/embedded.ts';
import { type DatabaseUrls, findDatabaseProblem } from '../database/usable.ts';

/** Bellhop refuses to start; the message says what to do. */
export class StartRefusal extends Error {
  override name = 'StartRefusal';
}

/** Throws if the database answers but cannot be used. */
export async function refuseUnusable(urls: DatabaseUrls): Promise<void> {
  const problem = await findDatabaseProblem(urls);
  if (problem) throw new StartRefusal(`Bellhop cannot start: ${problem.detail}. ${problem.fix}`);
}

/** Shells and other programs set HOST too, often to a name that does not resolve. Undefined for other errors. */
export function hostRefusal(error: unknown, host: string): StartRefusal | undefined {
  switch (failureOf(error).code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EADDRNOTAVAIL':
      return new StartRefusal(
        `HOST is “${host}”, which is not a name or address of this machine: set HOST=127.0.0.1 or HOST=0.0.0.0, or remove it.`,
        { cause: error },
      );
    case undefined:
    default:
      return undefined;
  }
}

/** What to do about a failed start; undefined if only the log helps. */
export function explainStartError(error: unknown): string | undefined {
  if (error instanceof EmbeddedPostgresError || error instanceof StartRefusal) return error.message;
  const { code, syscall, message } = failureOf(error);
  switch (code) {
    case 'EADDRINUSE':
      return 'Another program is using the port: stop it, or set PORT to another number.';
    case 'EACCES':
      // Files and other calls can be refused, too.
      return syscall === 'listen'
        ? 'This user is not allowed to open the port: set PORT to a number above 1023.'
        : undefined;
    case 'ECONNREFUSED':
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
      return 'The database is not responding: check the host and port in DATABASE_URL, and that PostgreSQL is running.';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'The host in DATABASE_URL cannot be resolved: check its name.';
    case '28P01':
    case '28000':
      return 'PostgreSQL rejected the user or password in DATABASE_URL.';
    case '3D000':
      return 'The database named in DATABASE_URL does not exist: create it with createdb, or correct the name.';
    case '42501':
      return 'The user in DATABASE_URL is not allowed to create tables: grant it CREATE on the schema public.';
    case '08P01':
      return explainRefusedParameter(message);
    case undefined:
    default:
      return undefined;
  }
}

/** PgBouncer refuses parameters of DATABASE_URL that it does not pass on, such as `options`. */
function explainRefusedParameter(message: string | undefined): string | undefined {
  const [, name] = /unsupported startup parameter: (\w+)/.exec(message ?? '') ?? [];
  if (name === undefined) return undefined;
  return `The pooler in DATABASE_URL refuses the parameter “${name}”: remove it from DATABASE_URL, or use the database's direct address.`;
}

/** The code of an error or of its cause (Node's system errors, PostgreSQL's SQLSTATE), and the system call that failed. */
function failureOf(error: unknown): { code?: string; syscall?: unknown; message?: string } {
  if (!(error instanceof Error)) return {};
  const code: unknown = Reflect.get(error, 'code');
  return typeof code === 'string'
    ? { code, syscall: Reflect.get(error, 'syscall'), message: error.message }
    : failureOf(error.cause);
}
