import { EmbeddedPostgresError } from '../database/embedded/embedded.ts';
import { findDatabaseProblem } from '../database/usable.ts';

/** We will not start as things are; the message says what to do. */
export class StartRefusal extends Error {
  override name = 'StartRefusal';
}

/** Throws where the database answers but cannot be worked on. */
export async function refuseUnusable(databaseUrl: string): Promise<void> {
  const problem = await findDatabaseProblem(databaseUrl);
  if (problem) throw new StartRefusal(`Bellhop cannot start: ${problem.detail}. ${problem.fix}`);
}

/** Shells and other programs set HOST too, often to a name that nothing resolves. Undefined for another error. */
export function hostRefusal(error: unknown, host: string): StartRefusal | undefined {
  switch (codeOf(error)) {
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

/** What to do about a start that failed, for whoever installs this at night; undefined when only the log can tell. */
export function startProblem(error: unknown): string | undefined {
  if (error instanceof EmbeddedPostgresError || error instanceof StartRefusal) return error.message;
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return 'The port is taken by another program: stop that one, or set PORT to another number.';
    case 'EACCES':
      return 'The port may not be opened by this user: set PORT to a number above 1023.';
    case 'ECONNREFUSED':
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
      return 'The database does not answer: check the host and port in DATABASE_URL, and that PostgreSQL runs there.';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'The host in DATABASE_URL does not exist: check its name.';
    case '28P01':
    case '28000':
      return 'The database refuses the user or password in DATABASE_URL.';
    case '3D000':
      return 'The database named in DATABASE_URL does not exist: create it (createdb), or correct the name.';
    case '42501':
      return 'The user in DATABASE_URL may not create tables: grant it CREATE on the schema public.';
    case undefined:
    default:
      return undefined;
  }
}

/** The code of an error or of what caused it (Node's system errors, PostgreSQL's SQLSTATE). */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code: unknown = Reflect.get(error, 'code');
  return typeof code === 'string' ? code : codeOf(error.cause);
}
