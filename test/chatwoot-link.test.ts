import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { findEncryptionKey } from '../src/app/encryption-key.ts';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { parseConfig } from '../src/config/config.ts';
import { openChat } from './support/chat.ts';
import { sentTo, startWithChatwoot, writtenBack } from './support/chatwoot.ts';
import { waitUntil } from './support/wait.ts';

vi.setConfig({ testTimeout: 60_000 });

const env = { ENCRYPTION_KEY: randomBytes(32).toString('base64') };
const send = 'Send to the customer';

test('a linked person acts in Chatwoot as themselves, and the token is nowhere to be read', async (context) => {
  let logged = '';
  const sink = new Writable({
    write: (chunk, _, done) => {
      logged += String(chunk);
      done();
    },
  });
  const { peer, product, team, shown } = await startWithChatwoot(context, { env, log: pino({ level: 'trace' }, sink) });
  const { token } = peer.user(32);
  const conversation = peer.open();
  const { id } = conversation;
  const number = await shown(conversation);

  const own = openChat(product, SEED.ana);
  const typed = own.typed(`/link ${token}`, SEED.ana);
  expect((await own.waitForText('Linked to Tomás Ferreira in Chatwoot')).text).toContain('/unlink');
  expect(product.sandbox.message(SEED.ana, typed.message_id)).toBeUndefined();

  await team.press(number, 'Acknowledge');
  await waitUntil(() => peer.conversation(id).assignee?.id === 32);
  const preview = await team.ask(`/reply ${number} It is on its way`);
  expect(preview.text).not.toContain('— Ana');
  await team.pressUnder(preview, send);
  await waitUntil(() => sentTo(peer, id).length === 1);
  expect(sentTo(peer, id)[0]).toMatchObject({ content: 'It is on its way', sender: { user: { id: 32 } } });

  await team.press(number, 'Release');
  await writtenBack(product);
  expect(peer.conversation(id).assignee).toBeNull();

  expect(await product.rows('select desk_user_id, desk_name from people_links')).toEqual([
    { desk_user_id: '32', desk_name: 'Tomás Ferreira' },
  ]);
  const tables = await product.rows<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  for (const { name } of tables) {
    const found = await product.rows(`select 1 from ${name} t where position($1 in t::text) > 0`, token);
    expect(found, name).toEqual([]);
    const hex = Buffer.from(token).toString('hex');
    expect(await product.rows(`select 1 from ${name} t where position($1 in t::text) > 0`, hex), name).toEqual([]);
  }
  expect(logged.length).toBeGreaterThan(1_000);
  expect(logged).not.toContain(token);
  expect(own.messages().some(({ text }) => text?.includes(token))).toBe(false);

  await own.ask('/unlink');
  expect(await product.rows('select 1 from people_links')).toEqual([]);
});

test('a revoked token is noticed, its owner told, and the reply waits for a person', async (context) => {
  const { peer, product, team, shown } = await startWithChatwoot(context, { env });
  const conversation = peer.open();
  const number = await shown(conversation);
  const own = openChat(product, SEED.ana);
  own.typed(`/link ${peer.user(32).token}`, SEED.ana);
  await own.waitForText('Linked to Tomás Ferreira in Chatwoot');

  const preview = await team.ask(`/reply ${number} hello`);
  peer.replaceToken(32);
  await team.pressUnder(preview, send);
  await own.waitForText('no longer accepts your access token');
  await team.waitForCard(number, 'Reply: failed · Ana');
  expect(sentTo(peer, conversation.id)).toEqual([]);

  await team.pressUnder(await team.ask('/failed'), `Retry #${number}`);
  await waitUntil(() => sentTo(peer, conversation.id).length === 1);
  expect(sentTo(peer, conversation.id)[0]).toMatchObject({
    content: 'hello\n\n— Ana',
    sender: { user: { name: 'Bellhop' } },
  });
});

test('a wrong token, a token in the group and a missing key are answered with what to do', async (context) => {
  const { peer, product, team } = await startWithChatwoot(context, { env });
  const own = openChat(product, SEED.ana);
  own.typed('/link nonsense', SEED.ana);
  await own.waitForText('Chatwoot does not accept this token');
  own.typed('/link', SEED.ana);
  await own.waitForText('Profile Settings → Access Token');
  team.typed(`/link ${peer.user(32).token}`, SEED.ana);
  await team.waitForText('never send it in a group');
  expect(await product.rows('select 1 from people_links')).toEqual([]);
});

test('without ENCRYPTION_KEY and with a database elsewhere no token is kept', async (context) => {
  const { peer, product } = await startWithChatwoot(context);
  const own = openChat(product, SEED.ana);
  own.typed(`/link ${peer.user(32).token}`, SEED.ana);
  await own.waitForText('whoever runs Bellhop must set ENCRYPTION_KEY');
  expect(await product.rows('select 1 from people_links')).toEqual([]);
});

test('beside the embedded database a key is made once and readable by us alone', async ({ onTestFinished }) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'bellhop-key-'));
  onTestFinished(() => rm(dataDir, { recursive: true }));
  const parsed = parseConfig({ DATA_DIR: dataDir });
  if (!parsed.ok) throw new Error('unreadable settings');
  const key = await findEncryptionKey(parsed.config);
  expect(key).toHaveLength(32);
  expect(await findEncryptionKey(parsed.config)).toEqual(key);
  expect(readFileSync(join(dataDir, 'encryption-key'), 'utf8').trim()).toBe(key?.toString('base64'));
  expect(statSync(join(dataDir, 'encryption-key')).mode & 0o077).toBe(0);
  const set = parseConfig({ DATA_DIR: dataDir, ...env });
  if (!set.ok) throw new Error('unreadable settings');
  expect((await findEncryptionKey(set.config))?.toString('base64')).toBe(env.ENCRYPTION_KEY);
});

test.each([
  ['we ask Chatwoot who has it', /^GET .*conversations.\d+$/],
  ['the assignment is on its way', /assignments/],
])('what somebody else releases while %s is assigned to nobody', async (_, match) => {
  const { peer, product, team, shown } = await startWithChatwoot({ onTestFinished }, { env });
  const conversation = peer.open();
  const number = await shown(conversation);
  const own = openChat(product, SEED.ana);
  own.typed(`/link ${peer.user(31).token}`, SEED.ana);
  await own.waitForText('Linked to Priya Raman in Chatwoot');
  await peer.webhooks.idle();
  const before = peer.requests().length;
  peer.rest.add({ match, as: { delayMs: 1_500 }, times: 1 });
  await team.ask(`/ack ${number}`);
  await waitUntil(() =>
    peer
      .requests()
      .slice(before)
      .some(({ method, path }) => match.test(`${method} ${path}`)),
  );
  await team.waitForButton(number, 'Release');
  // Who is nobody in Chatwoot.
  await team.press(number, 'Release', SEED.ben);
  await writtenBack(product);
  expect(peer.conversation(conversation.id).assignee).toBeNull();
});
