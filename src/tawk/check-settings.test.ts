import { expect, test } from 'vitest';
import { parseConfig } from '../config/config.ts';
import { checkTawkSettings } from './check-settings.ts';

const hash = { TAWK_JS_API_KEY: 'a-js-api-key-0123456789', APP_SESSION_SECRET: 'a-session-secret-0123456789' };
const webhook = { TAWK_WEBHOOK_SECRET: 'a-webhook-secret-0123456789' };
const context = { TAWK_CONTEXT_KEY: 'a-context-key-0123456789' };
const page = { TAWK_PROPERTY_ID: '5f0c0ffee0', TAWK_WIDGET_ID: 'default' };
const origins = { SHOP_ORIGINS: 'https://shop.example.com' };

test.each<[Record<string, string>, string[]]>([
  [{}, ['ok tawk settings']],
  [{ TAWK_JS_API_KEY: hash.TAWK_JS_API_KEY, ...context, ...webhook }, ['fail tawk secure login', 'ok tawk context']],
  [{ APP_SESSION_SECRET: hash.APP_SESSION_SECRET }, ['fail tawk secure login']],
  [hash, ['note tawk secure login', 'note tawk context']],
  [{ ...hash, ...origins, ...context, ...webhook, ...page }, ['ok tawk secure login', 'ok tawk context']],
  [{ ...hash, ...webhook, TAWK_CONTEXT_KEY: hash.TAWK_JS_API_KEY }, ['fail tawk secure login', 'ok tawk context']],
  [context, ['fail tawk context']],
  [{ TAWK_PROPERTY_ID: page.TAWK_PROPERTY_ID }, ['note tawk context', 'fail tawk chat page']],
  [{ TAWK_WIDGET_ID: page.TAWK_WIDGET_ID }, ['fail tawk chat page']],
])('%j', (env, expected) => {
  const outcome = parseConfig(env);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  const checks = checkTawkSettings(outcome.config);
  expect(checks.map(({ state, name }) => `${state} ${name}`)).toEqual(expected);
  for (const secret of [...Object.values(hash), ...Object.values(webhook), ...Object.values(context)])
    expect(JSON.stringify(checks)).not.toContain(secret);
});
