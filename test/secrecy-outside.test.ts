import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { launch, startProcess } from './support/processes.ts';
import { post, secrets } from './support/product.ts';
import { startWorld } from './support/world.ts';

const env = {
  APP_SESSION_SECRET: 'test-app-session-secret-0123456789',
  TAWK_JS_API_KEY: 'test-tawk-js-api-key-0123456789',
  TAWK_CONTEXT_KEY: 'test-tawk-context-key-0123456789',
  ENCRYPTION_KEY: Buffer.from('test-encryption-key-of-32-bytes!').toString('base64'),
};

test('neither HTTP, nor the process list, nor doctor tells a secret', { timeout: 120_000 }, async (context) => {
  const world = await startWorld(context);
  const process = await startProcess(world, { env });
  const authorization = `Bearer ${secrets.alertKey}`;
  const told: string[] = [];
  for (const path of [
    '/',
    '/health',
    '/ready',
    '/metrics',
    '/docs',
    '/redoc',
    '/openapi.json',
    '/chat-page',
    '/tawk/context.js',
    '/nowhere',
  ]) {
    for (const headers of [{}, { authorization }]) {
      const response = await fetch(`${process.baseUrl}${path}`, { headers });
      told.push(JSON.stringify([...response.headers]), await response.text());
    }
  }
  for (const path of [
    '/api/v1/chatwoot/webhook',
    '/webhooks/tawkto',
    '/api/v1/chatwoot/alerts',
    '/telegram/webhook',
    '/api/v1/tawk/context',
  ]) {
    told.push(JSON.stringify((await post(`${process.baseUrl}${path}`, '{}', { authorization: 'Bearer wrong' })).body));
  }
  const doctor = launch(world, { args: ['doctor'], env });
  await doctor.exited;
  told.push(doctor.output.text());
  told.push(readFileSync(`/proc/${process.pid}/cmdline`, 'utf8'));

  const { token } = world.sandbox;
  const own = [token, token.split(':')[1] ?? '', ...Object.values(secrets), ...Object.values(env)];
  const { password } = new URL(world.databaseUrl);
  if (password.length > 8) own.push(password);
  expect(told.join('').length).toBeGreaterThan(10_000);
  for (const secret of own) expect(told.find((text) => text.includes(secret))).toBeUndefined();
});
