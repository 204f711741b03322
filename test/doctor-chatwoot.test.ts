import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, type TestContext, vi } from 'vitest';
import { type ChatwootPeer, createChatwootPeer } from '../src/app/sandbox-mode/chatwoot/chatwoot.ts';
import { neededEvents } from '../src/chatwoot/webhooks-of-account.ts';
import { productEnv } from './support/product.ts';
import { startWorld, type World } from './support/world.ts';

vi.setConfig({ testTimeout: 120_000 });
const main = join(import.meta.dirname, '../src/main.ts');
const run = promisify(execFile);
const publicUrl = 'https://bellhop.test';

async function start(context: TestContext) {
  const world = await startWorld(context);
  const peer = createChatwootPeer();
  await peer.start();
  context.onTestFinished(() => peer.stop());
  peer.world.webhooks.length = 0;
  return { world, peer };
}

async function doctor(world: World, peer: ChatwootPeer, args: readonly string[], env: Record<string, string> = {}) {
  const all = {
    ...productEnv(world.sandbox, world.databaseUrl),
    CHATWOOT_BASE_URL: peer.baseUrl(),
    CHATWOOT_ACCOUNT_ID: String(peer.accountId),
    CHATWOOT_API_TOKEN: peer.token,
    PUBLIC_URL: publicUrl,
    ...env,
    PATH: process.env['PATH'] ?? '',
  };
  const child = run(process.execPath, [main, 'doctor', ...args], { cwd: tmpdir(), env: all });
  const said = await child.then(
    ({ stdout, stderr }) => stdout + stderr,
    (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
  );
  return said
    .split('\n')
    .filter((line) => !/^(ok|note|FAIL) +(database|PUBLIC_URL|port|telegram|sender)/.test(line))
    .join('\n');
}

test('the webhook is created with exactly the events that are read, and its secret printed for .env', async (context) => {
  const { world, peer } = await start(context);
  expect(await doctor(world, peer, [])).toMatch(
    /FAIL {2}chatwoot webhook: none of the 0 webhooks .*Change: Run: npm run doctor -- --create-webhook/,
  );
  const created = await doctor(world, peer, ['--create-webhook']);
  const [webhook] = peer.world.webhooks;
  expect(webhook).toMatchObject({ url: `${publicUrl}/api/v1/chatwoot/webhook`, subscriptions: [...neededEvents] });
  const secret = webhook?.secret ?? '';
  expect(created).toContain(`CHATWOOT_WEBHOOK_SECRET=${secret},test-chatwoot-webhook-secret`);
  expect(await doctor(world, peer, [])).toContain('FAIL  chatwoot secret: CHATWOOT_WEBHOOK_SECRET is not the secret');

  const env = { CHATWOOT_WEBHOOK_SECRET: secret };
  const healthy = await doctor(world, peer, [], env);
  expect(healthy).toContain('ok    chatwoot: the token works; its role in account 7 is administrator');
  expect(healthy).toContain('ok    chatwoot clock: agrees with Chatwoot');
  expect(healthy).toContain('ok    chatwoot webhook: it exists and sends what Bellhop reads');
  expect(healthy).toContain('ok    chatwoot secret: ');
  expect(healthy).not.toContain(secret);

  Object.assign(webhook ?? {}, { subscriptions: ['message_created', 'contact_updated'] });
  expect(await doctor(world, peer, [], env)).toMatch(
    /FAIL {2}chatwoot webhook: it does not send conversation_created, /,
  );
  expect(await doctor(world, peer, ['--create-webhook'], env)).toContain('Corrected the events');
  expect(peer.world.webhooks).toMatchObject([{ subscriptions: [...neededEvents] }]);
  expect(await doctor(world, peer, ['--create-webhook'], env)).toContain('Already there');
});

test("an agent's token, a wrong one, and missing settings are said with what to change", async (context) => {
  const { world, peer } = await start(context);
  const agent = { CHATWOOT_API_TOKEN: peer.user(32).token };
  const said = await doctor(world, peer, [], agent);
  expect(said).toMatch(/note {2}chatwoot: .*agent\. It sees only the inboxes/);
  expect(said).toContain('ok    chatwoot webhook: not checked');
  expect(await doctor(world, peer, ['--create-webhook'], agent)).toContain("use an administrator's");
  expect(await doctor(world, peer, [], { CHATWOOT_API_TOKEN: 'x'.repeat(24) })).toContain('it rejects the token');
  expect(await doctor(world, peer, ['--create-webhook'], { PUBLIC_URL: '' })).toContain('PUBLIC_URL');
});
