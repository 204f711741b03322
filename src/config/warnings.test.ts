import { expect, test } from 'vitest';
import { describeProblems, parseConfig } from './config.ts';
import { VARIABLE_NAMES } from './variables.ts';

const TOKEN = '123456789:AAabcdefghijklmnopqrstuvwxyz_012345';
const SECRET = 'a-secret-of-more-than-sixteen';

test.each<[Record<string, string>, string, string]>([
  [{ CHATWOOT_ALERT_KEY: 'short' }, 'CHATWOOT_ALERT_KEY', 'shorter than 16'],
  [{ TAWK_WEBHOOK_SECRET: `${SECRET},short` }, 'TAWK_WEBHOOK_SECRET', 'shorter than 16'],
  [{ TAWK_WEBHOOK_SECRET: `"${SECRET}` }, 'TAWK_WEBHOOK_SECRET', 'quotation mark'],
  [{ CHATWOOT_WEBHOOK_SECRET: `“${SECRET}”` }, 'CHATWOOT_WEBHOOK_SECRET', 'quotation mark'],
  [{ TELEGRAM_CHAT_ID_FILE: '/x' }, 'TELEGRAM_CHAT_ID_FILE', 'did you mean TELEGRAM_CHAT_ID?'],
  [{ CHATWOOT_ALERT_KEY: 'abcdefgh/ijklmnop+=' }, 'CHATWOOT_ALERT_KEY', 'percent-encoded'],
  [{ ALL_PROXY: 'socks5://127.0.0.1:1080' }, 'ALL_PROXY', 'is ignored'],
  [{ HOST: '0.0.0.0' }, 'HOST', 'beyond this machine'],
  [{ TELEGRAM_BOT_TOKEN: TOKEN, ALLOW_UNSIGNED: 'true' }, 'ALLOW_UNSIGNED', 'anyone'],
  [{ TAWK_JS_API_KEY: 'short' }, 'TAWK_JS_API_KEY', 'shorter than 16'],
  [{ TELEGRAM_WEBHOOK_SECRET: SECRET }, 'TELEGRAM_WEBHOOK_SECRET', 'unless TELEGRAM_MODE=webhook'],
  [{ LANGUAGE: 'de_DE:de' }, 'LANGUAGE', 'using en'],
  [{ TELEGRAM_TOKEN: TOKEN }, 'TELEGRAM_TOKEN', 'did you mean TELEGRAM_BOT_TOKEN?'],
  [{ CHATWOOT_SECRET: SECRET }, 'CHATWOOT_SECRET', 'did you mean CHATWOOT_WEBHOOK_SECRET?'],
  [{ TAWK_API_KEY: SECRET }, 'TAWK_API_KEY', 'did you mean TAWK_JS_API_KEY?'],
  [{ CHATWOOT_URL: 'https://c.example.com' }, 'CHATWOOT_URL', 'did you mean CHATWOOT_BASE_URL?'],
  [{ CHATWOOT_WEBHOOK_SECRETS: SECRET }, 'CHATWOOT_WEBHOOK_SECRETS', 'did you mean CHATWOOT_WEBHOOK_SECRET?'],
  [{ CHATWOOT_SYNC: 'labels' }, 'CHATWOOT_SYNC', 'no effect without CHATWOOT_BASE_URL'],
  [{ CHATWOOT_RECONCILE_SECONDS: '60' }, 'CHATWOOT_RECONCILE_SECONDS', 'no effect without CHATWOOT_BASE_URL'],
])('%o starts with a warning', (env, variable, words) => {
  const outcome = parseConfig(env);
  if (!outcome.ok) throw new Error(describeProblems(outcome.problems));
  expect(outcome.warnings.map((warning) => warning.variable)).toEqual([variable]);
  expect(outcome.warnings[0]?.problem).toContain(words);
});

test('what Kubernetes sets for services called chatwoot, tawk and bellhop causes no warning', () => {
  const env = Object.fromEntries(
    ['CHATWOOT', 'TAWK', 'TELEGRAM_BOT', 'BELLHOP'].flatMap((service) => [
      [`${service}_SERVICE_HOST`, '10.43.0.9'],
      [`${service}_SERVICE_PORT`, '3000'],
      [`${service}_SERVICE_PORT_HTTP`, '3000'],
      [`${service}_PORT`, 'tcp://10.43.0.9:3000'],
      [`${service}_PORT_3000_TCP`, 'tcp://10.43.0.9:3000'],
      [`${service}_PORT_3000_TCP_PROTO`, 'tcp'],
      [`${service}_PORT_3000_TCP_PORT`, '3000'],
      [`${service}_PORT_3000_TCP_ADDR`, '10.43.0.9'],
    ]),
  );
  expect(parseConfig(env)).toMatchObject({ ok: true, warnings: [], config: { http: { port: 3000 } } });
});

test('business hours that are the default need no warning', () => {
  expect(parseConfig({ BUSINESS_HOURS: 'Always' })).toMatchObject({ ok: true, warnings: [] });
});

test.each(['http://chatwoot:3000', 'http://localhost:3000', 'http://[::1]:3000'])('%s makes no link button', (url) => {
  const env = { CHATWOOT_BASE_URL: url, CHATWOOT_ACCOUNT_ID: '1', CHATWOOT_API_TOKEN: SECRET };
  expect(parseConfig(env)).toMatchObject({ ok: true, warnings: [{ variable: 'CHATWOOT_BASE_URL' }] });
});

test('neither problems nor warnings hold the value of a secret', () => {
  const word = 'hunter2';
  const secrets = VARIABLE_NAMES.filter((name) => /_(SECRET|KEY|TOKEN)$/.test(name));
  const weak = Object.fromEntries([...secrets, 'TELEGRAM_TOKEN', 'TAWK_KEY'].map((name) => [name, word]));
  const broken = Object.fromEntries(secrets.map((name) => [name, `${word} ö,`]));
  const elsewhere = Object.fromEntries(
    ['DATABASE_URL', 'PUBLIC_URL', 'TELEGRAM_API_ROOT', 'CHATWOOT_BASE_URL'].map((name) => [
      name,
      `http://a:${word}@b/x`,
    ]),
  );

  for (const env of [weak, { ...weak, TELEGRAM_BOT_TOKEN: TOKEN }, broken, elsewhere, { TELEGRAM_CHAT_ID: TOKEN }]) {
    const outcome = parseConfig(env);
    const told = describeProblems(outcome.ok ? outcome.warnings : outcome.problems);
    expect(told).not.toBe('');
    expect(told).not.toContain(word);
    expect(told).not.toContain(TOKEN);
  }
});
