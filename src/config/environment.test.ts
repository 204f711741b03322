import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { describeProblems, parseConfig } from './config.ts';
import { readDotenv, readSecretFiles } from './environment.ts';
import { SECRETS } from './variables.ts';

const root = mkdtempSync(path.join(tmpdir(), 'bellhop-environment-'));
afterAll(() => rmSync(root, { recursive: true }));

const TEXT = '# Fürs Team\nPORT=8080\nexport CURRENCY=EUR\nTAWK_WEBHOOK_SECRET="kite harbour lantern"\n';
const VARIABLES = { PORT: '8080', CURRENCY: 'EUR', TAWK_WEBHOOK_SECRET: 'kite harbour lantern' };

test.each<[string, Buffer]>([
  ['UTF-8', Buffer.from(TEXT)],
  ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${TEXT}`)],
  ['UTF-16 with a byte order mark', Buffer.from(`\uFEFF${TEXT}`, 'utf16le')],
  ['big-endian UTF-16 with a byte order mark', Buffer.from(`\uFEFF${TEXT}`, 'utf16le').swap16()],
  ['UTF-16 without a mark', Buffer.from(TEXT, 'utf16le')],
  ['the encoding of Windows', Buffer.from(TEXT, 'latin1')],
  ['lines that end with CR LF', Buffer.from(TEXT.replaceAll('\n', '\r\n'))],
  ['lines that end with CR', Buffer.from(TEXT.replaceAll('\n', '\r'))],
  ['CR LF and a byte order mark', Buffer.from(`\uFEFF${TEXT.replaceAll('\n', '\r\n')}`)],
])('.env in %s', (_, bytes) => {
  expect(readDotenv(directoryWith({ '.env': bytes }))).toEqual({ ok: true, env: VARIABLES });
});

test('an empty .env and none at all set nothing', () => {
  expect(readDotenv(directoryWith({ '.env': '' }))).toEqual({ ok: true, env: {} });
  expect(readDotenv(directoryWith({}))).toEqual({ ok: true, env: {} });
});

test('a .env that is a directory or a broken link is named in one sentence', () => {
  const directory = directoryWith({});
  mkdirSync(path.join(directory, '.env'));
  expect(readDotenv(directory)).toEqual({
    ok: false,
    message: expect.stringMatching(/\/\.env is a directory, not a file: .*\.$/),
  });
  const broken = directoryWith({});
  symlinkSync('missing', path.join(broken, '.env'));
  expect(readDotenv(broken)).toEqual({ ok: false, message: expect.stringMatching(/\/\.env does not exist\.$/) });
});

test.each(SECRETS)('%s may be given as a file', (name) => {
  const directory = directoryWith({ secret: '\uFEFFkite-harbour-lantern-58213\r\n' });
  const { env, problems } = readSecretFiles({ [`${name}_FILE`]: './secret' }, directory);
  expect(env[name]).toBe('kite-harbour-lantern-58213');
  expect(problems).toEqual([]);
});

test('a file for the token makes it a polling bot, without a warning of an unknown setting', () => {
  const token = '123456789:AAabcdefghijklmnopqrstuvwxyz_012345';
  const directory = directoryWith({ token: `${token}\n` });
  const { env, problems } = readSecretFiles({ TELEGRAM_BOT_TOKEN_FILE: path.join(directory, 'token') }, '/');
  expect(parseConfig(env, problems)).toMatchObject({ ok: true, config: { telegram: { token } }, warnings: [] });
});

test.each<[string, Record<string, string>, string]>([
  ['a file that is missing', { TELEGRAM_BOT_TOKEN_FILE: 'missing' }, 'names a file that does not exist'],
  ['a directory', { TELEGRAM_BOT_TOKEN_FILE: '.' }, 'names a file that is a directory'],
  ['an empty file', { TELEGRAM_BOT_TOKEN_FILE: 'empty' }, 'names an empty file'],
  ['several lines', { TELEGRAM_BOT_TOKEN_FILE: 'lines' }, 'names a file with several lines'],
  [
    'both forms',
    { TELEGRAM_BOT_TOKEN_FILE: 'secret', TELEGRAM_BOT_TOKEN: '123456789:AAabcdefghijklmnopqrstuvwxyz_012345' },
    'and TELEGRAM_BOT_TOKEN are both set',
  ],
])('%s: one problem, with nothing that follows from it', (_, env, words) => {
  const directory = directoryWith({ empty: '\n', lines: 'hunter2\nhunter3\n', secret: 'hunter2' });
  // ROLES without bot would be another problem in sandbox mode.
  const read = readSecretFiles({ ...env, ROLES: 'http' }, directory);
  const outcome = parseConfig(read.env, read.problems);
  if (outcome.ok) throw new Error('a problem was expected');
  expect(outcome.problems.map(({ variable }) => variable)).toEqual(['TELEGRAM_BOT_TOKEN_FILE']);
  expect(outcome.problems[0]?.problem).toContain(words);
  expect(describeProblems(outcome.problems)).toContain(
    'Example: TELEGRAM_BOT_TOKEN_FILE=/run/secrets/telegram_bot_token',
  );
  expect(describeProblems(outcome.problems)).not.toContain('hunter2');
});

test('problems with files stand in the order of the settings, and an empty path counts as unset', () => {
  const env = {
    CHATWOOT_API_TOKEN_FILE: '/none',
    DATABASE_URL_FILE: '/none',
    TAWK_WEBHOOK_SECRET_FILE: ' ',
    PORT: 'x',
  };
  const read = readSecretFiles({ ...env, CHATWOOT_BASE_URL: 'https://c.example.com', CHATWOOT_ACCOUNT_ID: '1' }, '/');
  const outcome = parseConfig(read.env, read.problems);
  expect(outcome.ok ? [] : outcome.problems.map(({ variable }) => variable)).toEqual([
    'PORT',
    'DATABASE_URL_FILE',
    'CHATWOOT_API_TOKEN_FILE',
  ]);
});

function directoryWith(files: Readonly<Record<string, string | Buffer>>): string {
  const directory = mkdtempSync(path.join(root, 'case-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(directory, name), content);
  return directory;
}
