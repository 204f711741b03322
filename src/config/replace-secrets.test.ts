import { expect, it } from 'vitest';
import { replaceSecrets } from './replace-secrets.ts';

const running = {
  CHATWOOT_ALERT_KEY: 'old-key',
  CHATWOOT_API_TOKEN: 'old-token',
  CHATWOOT_BASE_URL: 'https://desk.example.com',
  TELEGRAM_BOT_TOKEN: '123:old',
  TIMEZONE: 'UTC',
};

it.each([
  ['a key', { CHATWOOT_ALERT_KEY: 'new-key' }, ['CHATWOOT_ALERT_KEY'], []],
  ['a key that is removed', { CHATWOOT_ALERT_KEY: '' }, ['CHATWOOT_ALERT_KEY'], []],
  ['a secret that is added', { TAWK_WEBHOOK_SECRET: 'new' }, ['TAWK_WEBHOOK_SECRET'], []],
  ['the same in quotes', { CHATWOOT_ALERT_KEY: ' "old-key" ' }, [], []],
  ['the token of the same Chatwoot', { CHATWOOT_API_TOKEN: 'new-token' }, ['CHATWOOT_API_TOKEN'], []],
  [
    'the token of another Chatwoot',
    { CHATWOOT_API_TOKEN: 'new-token', CHATWOOT_BASE_URL: 'https://other.example.com' },
    [],
    ['CHATWOOT_BASE_URL', 'CHATWOOT_API_TOKEN'],
  ],
  ['a token that is removed', { CHATWOOT_API_TOKEN: '' }, [], ['CHATWOOT_API_TOKEN']],
  ['a token that is added', { TAWK_REST_API_KEY: 'new' }, [], ['TAWK_REST_API_KEY']],
  ['the bot', { TELEGRAM_BOT_TOKEN: '123:new' }, [], ['TELEGRAM_BOT_TOKEN']],
  ['no secret, and a key', { TIMEZONE: 'Asia/Kolkata', CHATWOOT_ALERT_KEY: 'n' }, ['CHATWOOT_ALERT_KEY'], ['TIMEZONE']],
])('%s: what takes effect and what waits for a restart', (_, change, replaced, waiting) => {
  const read: Record<string, string> = { ...running, ...change };
  const effective = Object.fromEntries(replaced.map((name) => [name, read[name]]));
  expect(replaceSecrets(running, read)).toEqual({ env: { ...running, ...effective }, replaced, waiting });
});
