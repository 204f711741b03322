import { type Check, fail } from './check.ts';
import { explainStartError } from './start-error.ts';

/** The line for the database behind a pooler, as far as it can be told from the URL; the password is left out. */
export function directUrl(url: string): string {
  const parsed = URL.parse(url);
  if (!parsed) return 'DATABASE_URL_DIRECT=<the direct address>';
  // Neon names its pooler <endpoint>-pooler.<region>….
  parsed.hostname = parsed.hostname.replace(/-pooler\./, '.');
  parsed.port = '5432';
  return lineFor(parsed, 'DATABASE_URL_DIRECT');
}

/** Why no session could be opened. */
export function connectionFailure(url: string, error: unknown, variable = 'DATABASE_URL'): Check {
  const { code, message } = causeOf(error);
  const parsed = URL.parse(url);
  const host = parsed ? `${parsed.hostname}:${parsed.port || 5432}` : 'the database';
  const base = parsed ? lineFor(parsed, variable) : variable;
  const means = 'Bellhop cannot start';
  const say = (found: string, change: string) => fail('database', found, { means, change });
  switch (code) {
    case 'ECONNREFUSED':
      return say(`nothing listens at ${host}`, `${base} (correct the host or port, or start PostgreSQL there)`);
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return say(`${host} cannot be reached (${code})`, `${base} (correct the host, or open the firewall)`);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return say(`the name ${parsed?.hostname ?? ''} cannot be resolved`, `${base} (correct the host)`);
    case '28P01':
      return say(
        `PostgreSQL at ${host} rejects the user or password`,
        `${base} (correct the user or password; # is written %23)`,
      );
    case '28000':
      return /no encryption|SSL/i.test(message)
        ? say(
            `PostgreSQL at ${host} requires an encrypted connection`,
            withParameter(variable, parsed, 'sslmode', 'require'),
          )
        : say(
            `PostgreSQL at ${host} does not accept this user from this machine`,
            'Allow the user and this machine in pg_hba.conf',
          );
    case '3D000':
      return say(
        `there is no database ${databaseOf(parsed)} at ${host}`,
        `Run: createdb ${databaseOf(parsed)}, or correct the name in ${base}`,
      );
    case '53300':
      return say(
        `PostgreSQL at ${host} has no free connection`,
        'Raise max_connections, or end other programs: Bellhop uses up to 20',
      );
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return say(
        `the certificate of ${host} is not signed by a known authority`,
        withParameter(variable, parsed, 'sslrootcert', '<file with its CA>'),
      );
    default:
      return /does not support SSL/i.test(message)
        ? say(`PostgreSQL at ${host} has no TLS`, withParameter(variable, parsed, 'sslmode', 'disable'))
        : say(
            /timeout/i.test(message) ? `${host} does not answer in time` : `${host} refuses connections (${code})`,
            explainStartError(error) ?? `${base} (check it, and read the log of PostgreSQL)`,
          );
  }
}

function lineFor(url: URL, variable: string): string {
  const user = url.username === '' ? '' : `${url.username}${url.password === '' ? '' : ':<password>'}@`;
  return `${variable}=${url.protocol}//${user}${url.host}${url.pathname}${url.search}`;
}

function withParameter(variable: string, url: URL | null, name: string, value: string): string {
  if (!url) return `${variable}=…?${name}=${value}`;
  const changed = new URL(url);
  changed.searchParams.delete(name);
  const line = lineFor(changed, variable);
  return `${line}${changed.search === '' ? '?' : '&'}${name}=${value}`;
}

function databaseOf(url: URL | null): string {
  return url === null ? '' : decodeURIComponent(url.pathname.slice(1));
}

/** The first error with a code: Node's system errors and PostgreSQL's SQLSTATE. */
function causeOf(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: 'unknown', message: '' };
  const code: unknown = Reflect.get(error, 'code');
  if (typeof code === 'string') return { code, message: error.message };
  return error.cause === undefined ? { code: error.name, message: error.message } : causeOf(error.cause);
}
