import { expect, test, vi } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { notesOf, startWithChatwoot, writesUnseen, writtenBack } from './support/chatwoot.ts';
import { postAlert, quiet } from './support/product.ts';
import { waitUntil } from './support/wait.ts';

vi.setConfig({ testTimeout: 60_000 });

test('acknowledge, close, reopen and tags arrive in Chatwoot', async (context) => {
  const { peer, product, team, shown } = await startWithChatwoot(context);
  const conversation = peer.open();
  const { id } = conversation;
  const number = await shown(conversation);

  expect(await team.press(number, 'Acknowledge')).toContain('is yours');
  await waitUntil(() => notesOf(peer, id).length === 1);
  expect(notesOf(peer, id)).toEqual([`Acknowledged by Ana in Telegram (#${number})`]);
  const note = peer.conversation(id).messages.find((one) => one.private);
  expect(note?.contentAttributes).toEqual({ bellhop: { incidence: number, nonce: expect.any(String) } });
  expect(note?.sender).toMatchObject({ kind: 'user', user: { name: 'Bellhop' } });

  peer.change(id, { labels: ['from-chatwoot'] });
  await team.ask(`/tag ${number} refund vip`);
  await waitUntil(() => peer.conversation(id).labels.length === 3);
  expect(peer.conversation(id).labels.toSorted()).toEqual(['from-chatwoot', 'refund', 'vip']);

  await team.ask(`/close ${number} resolved paid {{contact.email}} out`);
  await waitUntil(() => peer.conversation(id).status === 'resolved');
  await team.waitForCard(number, 'closed by Ana · resolved');

  await team.press(number, 'Reopen');
  await waitUntil(() => peer.conversation(id).status === 'open');
  await peer.webhooks.idle();
  await writtenBack(product);
  await quiet(product);
  expect(team.state(number)).toBe(`#${number} · open`);
});

test('a close note says how and why, and never runs as Liquid', async (context) => {
  const { peer, team, shown } = await startWithChatwoot(context);
  const conversation = peer.open();
  const number = await shown(conversation);
  await team.ask(`/close ${number} duplicate of {{contact.email}} {% if x %}`);
  const [note] = await waitUntil(() => {
    const notes = notesOf(peer, conversation.id);
    return notes.length > 0 && notes;
  });
  expect(note?.replaceAll('\u200B', '')).toBe(
    `Closed by Ana in Telegram as duplicate: of {{contact.email}} {% if x %} (#${number})`,
  );
});

test('an alert about an unknown conversation stays as it is', async (context) => {
  const { product, team } = await startWithChatwoot(context);
  await postAlert(product, { severity: 'high', reason: 'TEST', conversation_id: 999, message: 'x' });
  await team.waitForButton(1, 'Close');
  await team.ask('/close 1 resolved');
  await quiet(product);
  expect(team.state(1)).toBe('#1 · closed by Ana · resolved');
  const [status] = await product.rows(`select state, reason from deliveries where kind = 'chatwoot_status'`);
  expect(status).toEqual({ state: 'obsolete', reason: 'Chatwoot has no conversation with this number' });
});

test('a conversation deleted in Chatwoot closes its card with that reason', async (context) => {
  const { peer, team, shown } = await startWithChatwoot(context);
  const conversation = peer.open();
  const number = await shown(conversation);
  peer.deleteConversation(conversation.id);
  await team.press(number, 'Acknowledge');
  await team.waitForCard(number, 'closed: deleted in Chatwoot');
});

test('CHATWOOT_SYNC chooses what is written', async (context) => {
  const { peer, product, team, shown } = await startWithChatwoot(context, { env: { CHATWOOT_SYNC: 'labels' } });
  const conversation = peer.open();
  const number = await shown(conversation);
  await team.ask(`/tag ${number} refund`);
  await team.press(number, 'Acknowledge');
  await team.ask(`/close ${number} spam`);
  await waitUntil(() => peer.conversation(conversation.id).labels.includes('refund'));
  await quiet(product);
  expect(peer.conversation(conversation.id).status).toBe('open');
  expect(notesOf(peer, conversation.id)).toEqual([]);
});

test('acknowledge, release, acknowledge at once is one note', async (context) => {
  const { peer, product, team, shown } = await startWithChatwoot(context);
  const conversation = peer.open();
  const number = await shown(conversation);
  await team.press(number, 'Acknowledge');
  await team.waitForButton(number, 'Release');
  await team.press(number, 'Release');
  await team.waitForButton(number, 'Acknowledge');
  await team.press(number, 'Acknowledge');
  await writtenBack(product);
  expect(notesOf(peer, conversation.id)).toEqual([`Acknowledged by Ana in Telegram (#${number})`]);
});

test('a refusal is in /failed at once, and goes with Send again', async (context) => {
  const { peer, product, team, shown } = await startWithChatwoot(context);
  const conversation = peer.open();
  const number = await shown(conversation);
  peer.rest.add({ match: /bulk_actions/, as: { status: 401, body: { error: 'You are not authorized' } }, times: 1 });
  await team.ask(`/tag ${number} refund`);
  await waitUntil(async () => (await product.rows(`select 1 from deliveries where state = 'dead'`)).length === 1);
  const failed = await team.ask('/failed');
  expect(failed.text).toContain('labels in Chatwoot');
  expect(failed.text).toContain('401 (You are not authorized)');
  await team.pressUnder(failed, failed.reply_markup?.inline_keyboard?.[0]?.[0]?.text ?? '');
  await waitUntil(() => peer.conversation(conversation.id).labels.includes('refund'));
  expect((await team.ask(`/why ${number}`)).text).toContain('labels in Chatwoot, 1 attempt: refused by Chatwoot');
});

test('a Chatwoot that cuts and fails gets everything once', async (context) => {
  const { peer, product, team, shown } = await startWithChatwoot(context);
  const conversation = peer.open();
  const { id } = conversation;
  const number = await shown(conversation);
  peer.rest.add({ match: /messages$/, as: 'cut-after', times: 1 });
  peer.rest.add({ match: /messages$/, as: { status: 503 }, times: 1 });
  peer.rest.add({ match: /toggle_status/, as: 'cut', times: 1 });
  peer.rest.add({ match: /toggle_status/, as: 'cut-after', times: 1 });
  await team.press(number, 'Acknowledge');
  await team.ask(`/close ${number} resolved`);
  await waitUntil(() => peer.conversation(id).status === 'resolved' && notesOf(peer, id).length > 0);
  await writtenBack(product);
  const notes = notesOf(peer, id);
  expect(new Set(notes).size).toBe(notes.length);
  expect(notes.at(-1)).toBe(`Closed by Ana in Telegram as resolved (#${number})`);
  expect(await product.rows(`select 1 from deliveries where state = 'dead'`)).toEqual([]);
});

test('our own doing, come late, changes nothing', async (context) => {
  const { peer, product, team, shown } = await startWithChatwoot(context);
  const conversation = peer.open();
  const number = await shown(conversation);
  await peer.webhooks.idle();
  peer.webhooks.setFaults({ delayMs: 400, double: 0.5, reorder: 0.5 });
  for (let time = 0; time < 3; time += 1) {
    await team.ask(`/close ${number} resolved`);
    await waitUntil(() => peer.conversation(conversation.id).status === 'resolved');
    await team.waitForButton(number, 'Reopen');
    await team.press(number, 'Reopen');
    await waitUntil(() => peer.conversation(conversation.id).status === 'open');
  }
  await peer.webhooks.idle();
  await writtenBack(product);
  await quiet(product);
  expect(team.state(number)).toBe(`#${number} · open`);
  expect(peer.conversation(conversation.id).status).toBe('open');
  const byDesk = await product.rows(
    `select action from incidence_history where actor_id is null and before ->> 'status' is distinct from after ->> 'status' and before <> '{}'`,
  );
  expect(byDesk).toEqual([]);
});

test('resolved in Chatwoot by somebody else still closes the card', async (context) => {
  const { peer, team, shown } = await startWithChatwoot(context);
  const conversation = peer.open();
  const number = await shown(conversation);
  await team.ask(`/close ${number} resolved`);
  await waitUntil(() => peer.conversation(conversation.id).status === 'resolved');
  await peer.webhooks.idle();
  peer.change(conversation.id, { status: 'open' });
  await team.waitForButton(number, 'Acknowledge');
  peer.change(conversation.id, { status: 'resolved' });
  await team.waitForCard(number, 'closed in Chatwoot');
});

test('the token of an agent assigns nobody', async (context) => {
  const { peer, team, shown } = await startWithChatwoot(context, {});
  const conversation = peer.open();
  Object.assign(peer.user(30), { role: 'agent' });
  const number = await shown(conversation);
  peer.change(conversation.id, { assignee: peer.user(31) });
  await team.ask(`/close ${number} resolved`);
  await waitUntil(() => peer.conversation(conversation.id).status === 'resolved');
  await team.waitForButton(number, 'Reopen');
  await team.press(number, 'Reopen');
  await waitUntil(() => peer.requests().some(({ path }) => path.endsWith('/assignments')));
  await waitUntil(() => peer.conversation(conversation.id).assignee?.id === 31);
  expect(peer.conversation(conversation.id).status).toBe('open');
});

test('when two systems fight over a conversation, the card says so and we stop for five minutes', async (context) => {
  let offsetMs = 0;
  const now = () => new Date(Date.now() + offsetMs);
  const { peer, product, team, shown } = await startWithChatwoot(context, { now });
  const conversation = peer.open();
  const { id } = conversation;
  const number = await shown(conversation);
  // An automation of theirs reopens whatever is resolved.
  for (let round = 0; round < 4; round += 1) {
    await team.ask(`/close ${number} resolved`);
    await waitUntil(
      () => peer.conversation(id).status === 'resolved' || team.card(number).text?.includes('nothing is written'),
    );
    if (peer.conversation(id).status !== 'resolved') break;
    await peer.webhooks.idle();
    peer.change(id, { status: 'open' });
    await team.waitForButton(number, 'Acknowledge');
  }
  await team.waitForCard(number, 'nothing is written to Chatwoot until');
  expect(peer.conversation(id).status).toBe('open');
  expect((await team.ask(`/why ${number}`, SEED.ana)).text).toContain('keep changing the state against each other');

  offsetMs = 6 * 60_000;
  await waitUntil(() => peer.conversation(id).status === 'resolved');
  await waitUntil(() => !team.card(number).text?.includes('nothing is written'));
  await writtenBack(product);
  await quiet(product);
});

test('seventeen changes of mind in a few seconds end in one state on both sides, with two notes at most', async (context) => {
  const { peer, product, team, shown } = await startWithChatwoot(context);
  const conversation = peer.open();
  const { id } = conversation;
  const number = await shown(conversation);
  for (let flip = 0; flip < 17; flip += 1) {
    if (flip % 2 === 0) await team.ask(`/close ${number} resolved`);
    else await team.press(number, 'Reopen');
    await team.waitForButton(number, flip % 2 === 0 ? 'Reopen' : 'Acknowledge');
  }
  await writtenBack(product);
  await peer.webhooks.idle();
  await writtenBack(product);
  await quiet(product);
  expect(team.state(number)).toBe(`#${number} · closed by Ana · resolved`);
  expect(peer.conversation(id).status).toBe('resolved');
  expect(notesOf(peer, id).length).toBeLessThanOrEqual(2);
});

test('a Chatwoot that hangs holds up no card and no press; limited, it gets everything later', async (context) => {
  const { peer, product, team, shown } = await startWithChatwoot(context);
  const conversations = Array.from({ length: 15 }, () => peer.open());
  const numbers: number[] = [];
  for (const conversation of conversations) numbers.push(await shown(conversation));
  peer.rest.add({ as: 'hang', times: 12 });
  peer.rest.add({ as: { status: 429 }, times: 1 });
  for (const number of numbers) expect(await team.press(number, 'Acknowledge')).toContain('is yours');
  const late = peer.open();
  const number = await shown(late);
  expect(await team.press(number, 'Acknowledge')).toContain('is yours');
  await team.waitForCard(number, 'acknowledged by Ana');
  // They still hang: nothing of this waited for them.
  const [hanging] = await product.rows<{ count: string }>(
    `select count(*) from deliveries where state = 'waiting' and kind = 'chatwoot_note'`,
  );
  expect(Number(hanging?.count)).toBeGreaterThanOrEqual(12);
  await waitUntil(() => [...conversations, late].every(({ id }) => notesOf(peer, id).length === 1));
});

test('a write without an answer counts as ours until it is known, and no longer', async (context) => {
  const { peer, product, team, shown } = await startWithChatwoot(context);
  const conversation = peer.open();
  const { id } = conversation;
  const number = await shown(conversation);
  await peer.webhooks.idle();
  peer.rest.add({ match: /toggle_status/, as: 'cut-after', times: 1 });
  await team.ask(`/close ${number} resolved`);
  await waitUntil(() => peer.conversation(id).status === 'resolved');
  await writtenBack(product);
  await peer.webhooks.idle();
  expect(await product.rows('select desk_status_sending, desk_status from incidences')).toEqual([
    { desk_status_sending: null, desk_status: 'resolved' },
  ]);
  peer.change(id, { status: 'open' });
  await team.waitForButton(number, 'Acknowledge');
  peer.change(id, { status: 'resolved' });
  await team.waitForCard(number, 'closed in Chatwoot');
});

test('while Chatwoot cannot be reached, everything waits, and the tries grow fewer', async (context) => {
  const { peer, product, team, shown } = await startWithChatwoot(context, {
    env: { CHATWOOT_BASE_URL: 'http://127.0.0.1:9' },
  });
  const conversation = peer.open();
  const number = await shown(conversation);
  await team.press(number, 'Acknowledge');
  await team.ask(`/close ${number} resolved`);
  await waitUntil(
    async () => (await product.rows('select 1 from delivery_attempts where outcome = $1', 'unreachable')).length > 1,
  );
  const waiting = await product.rows(`select state from deliveries where lane like 'chatwoot:%'`);
  expect(waiting.map((row) => Reflect.get(row, 'state'))).toEqual(['waiting', 'waiting']);
  expect(team.state(number)).toBe(`#${number} · closed by Ana · resolved`);
});

test('a severity that a person chose is the priority in Chatwoot, and stays when Chatwoot tells of it', async (context) => {
  const { peer, product, team, shown } = await startWithChatwoot(context);
  const conversation = peer.open();
  const { id } = conversation;
  const number = await shown(conversation);
  peer.change(id, { priority: 'urgent' });
  await team.waitForCard(number, 'CRITICAL');
  expect((await team.ask(`/severity ${number} low`)).text).toBe(`#${number} is now low`);
  await waitUntil(() => peer.conversation(id).priority === 'low');
  await peer.webhooks.idle();
  peer.change(id, { labels: ['touched'] });
  await peer.webhooks.idle();
  await team.waitForCard(number, 'touched');
  await quiet(product);
  expect(team.card(number).text).toContain('LOW');
});

test('each note arrives in Chatwoot as a private note, once, also after a cut connection', async (context) => {
  const { peer, product, team, shown } = await startWithChatwoot(context);
  const conversation = peer.open();
  const number = await shown(conversation);
  peer.rest.add({ match: /^POST .*messages$/, as: 'cut-after', times: 1 });
  await team.ask(`/note ${number} called her back`);
  await team.ask(`/note ${number} she pays {{contact.email}} tomorrow`);
  await writtenBack(product);
  expect(notesOf(peer, conversation.id).map((note) => note.replaceAll('\u200B', ''))).toEqual([
    'Ana in Telegram: called her back',
    'Ana in Telegram: she pays {{contact.email}} tomorrow',
  ]);
});

test('the priority that an agent chose after a person set the severity stands on both sides, also a milder one', async (context) => {
  const { peer, product, team, shown } = await startWithChatwoot(context);
  const conversation = peer.open();
  const { id } = conversation;
  const number = await shown(conversation);
  await team.ask(`/severity ${number} critical`);
  await waitUntil(() => peer.conversation(id).priority === 'urgent');
  await writtenBack(product);
  peer.change(id, { priority: 'low' });
  await team.waitForCard(number, 'LOW');
  await team.ask(`/severity ${number} high`);
  await waitUntil(() => peer.conversation(id).priority === 'high');
  await peer.webhooks.idle();
  await quiet(product);
  expect(team.card(number).text).toContain('HIGH');
});

test('what an agent does while our write waits for its answer counts', async (context) => {
  const { peer, team, shown } = await startWithChatwoot(context);
  const conversation = peer.open();
  const { id } = conversation;
  const number = await shown(conversation);
  await peer.webhooks.idle();
  // We look before we write, and afterwards.
  const look = /^GET .*conversations.\d+$/;
  peer.rest.add({ match: look, as: { delayMs: 0 }, times: 1 });
  peer.rest.add({ match: look, as: { delayMs: 1_000 }, times: 1 });
  await team.ask(`/close ${number} resolved`);
  await waitUntil(() => peer.conversation(id).status === 'resolved');
  peer.change(id, { status: 'open' });
  await team.waitForButton(number, 'Acknowledge');
  peer.change(id, { status: 'resolved' });
  await team.waitForCard(number, 'closed in Chatwoot');
  expect(peer.conversation(id).status).toBe('resolved');
});

test('a message that came too late to be seen before we resolved its conversation opens it on both sides', async (context) => {
  const { peer, product, team, shown } = await startWithChatwoot(context);
  const conversation = peer.open();
  const { id } = conversation;
  const number = await shown(conversation);
  await peer.webhooks.idle();
  const sendWebhook = writesUnseen(peer, id, 'one more thing');
  await team.ask(`/close ${number} resolved`);
  await waitUntil(() => peer.conversation(id).status === 'resolved');
  await writtenBack(product);
  await peer.webhooks.idle();
  sendWebhook();
  await team.waitForCard(number, 'one more thing');
  await team.waitForButton(number, 'Acknowledge');
  await waitUntil(() => peer.conversation(id).status === 'open');
});

test('a customer who writes while we ask Chatwoot before resolving keeps the conversation open on both sides', async (context) => {
  const { peer, product, team, shown } = await startWithChatwoot(context);
  const conversation = peer.open();
  const { id } = conversation;
  const number = await shown(conversation);
  await writtenBack(product);
  const before = peer.requests().length;
  const asks = new RegExp(`conversations.${id}$`);
  peer.rest.add({ match: asks, as: { delayMs: 1_500 }, times: 1 });
  await team.ask(`/close ${number} resolved`);
  await waitUntil(() =>
    peer
      .requests()
      .slice(before)
      .some(({ path }) => asks.test(path)),
  );
  peer.customerWrites(id, 'wait, one more thing');
  await team.waitForButton(number, 'Acknowledge');
  await writtenBack(product);
  expect(peer.conversation(id).status).toBe('open');
});
