import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { openChat } from './support/chat.ts';
import { startProcess } from './support/processes.ts';
import { postAlert, postTawk, productEnv, startProduct } from './support/product.ts';
import { startProxy } from './support/proxy.ts';
import { alertOf, startWorld } from './support/world.ts';

// A network that only an HTTP proxy leads out of.
vi.setConfig({ testTimeout: 90_000 });
const apiRoot = 'http://telegram-api.invalid';
const main = join(import.meta.dirname, '../src/main.ts');
const run = promisify(execFile);

test.concurrent.for(['HTTP_PROXY', 'http_proxy', 'ALL_PROXY'])(
  '%s: the bot and the sender go through it',
  async (variable, context) => {
    const world = await startWorld(context);
    const proxy = await startProxy(world);
    const bellhop = await startProcess(world, { env: { TELEGRAM_API_ROOT: apiRoot, [variable]: proxy.url } });
    await bellhop.said('telegram.connected');
    expect((await postAlert(bellhop, alertOf(1))).status).toBe(200);
    expect(proxy.asked.every((address) => address.startsWith(`${apiRoot}/bot`))).toBe(true);
    for (const method of ['getMe', 'getUpdates', 'sendMessage'])
      expect(proxy.asked.some((address) => address.endsWith(`/${method}`))).toBe(true);
  },
);

test.concurrent('a transcript is uploaded through the proxy, and a press is answered', async (context) => {
  const world = await startWorld(context);
  const proxy = await startProxy(world);
  const product = await startProduct({ ...world, env: { TELEGRAM_API_ROOT: apiRoot, HTTP_PROXY: proxy.url } });
  world.atEnd(() => product.stop());
  for (const name of ['real__chat-start__basic', 'real__chat-end__basic', 'real__chat-transcript__short'])
    await postTawk(product, readFileSync(join(import.meta.dirname, `fixtures/tawk/${name}.json`)));
  await world.sandbox.waitFor(
    (sandbox) => sandbox.messages(product.chatId).some(({ document }) => document !== undefined),
    { timeoutMs: 60_000 },
  );
  const [incidence] = await product.rows<{ id: number }>('select id::int from incidences');
  expect(await openChat(product).press(incidence?.id ?? 0, 'Acknowledge')).toContain('is yours');
});

test.concurrent('doctor asks Telegram and Chatwoot through the proxy and says so, without its password', async (context) => {
  const world = await startWorld(context);
  const proxy = await startProxy(world);
  const address = proxy.url.replace('//', '//ana:hunter2@');
  const doctor = async (env: Record<string, string>) => {
    const all = { ...productEnv(world.sandbox, world.databaseUrl), TELEGRAM_API_ROOT: apiRoot, ...env };
    const ended = run(process.execPath, [main, 'doctor'], { cwd: tmpdir(), env: all });
    const { stdout } = await ended.catch((error: unknown) => error as { stdout: string });
    return stdout;
  };
  const { host } = new URL(proxy.url);
  const said = await doctor({
    HTTP_PROXY: address,
    HTTPS_PROXY: address,
    CHATWOOT_BASE_URL: 'https://chatwoot.invalid',
    CHATWOOT_ACCOUNT_ID: '1',
    CHATWOOT_API_TOKEN: 'some-token-of-chatwoot',
  });
  expect(said).toContain(`the token belongs to @bellhop_bot, reached (proxy ${host}, HTTP_PROXY)`);
  expect(said).toContain(`https://chatwoot.invalid cannot be reached (proxy ${host}, HTTPS_PROXY)`);
  expect(proxy.asked).toContain('chatwoot.invalid:443');
  expect(said).not.toContain('hunter2');

  await doctor({ TELEGRAM_API_ROOT: 'https://telegram-api.invalid', HTTPS_PROXY: address });
  expect(proxy.asked).toContain('telegram-api.invalid:443');

  const asked = proxy.asked.length;
  expect(await doctor({ HTTP_PROXY: address, NO_PROXY: 'invalid' })).toContain('Telegram cannot be reached (no proxy)');
  expect(proxy.asked).toHaveLength(asked);
});
