import { randomBytes } from 'node:crypto';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { RestFault } from '../src/app/sandbox-mode/chatwoot/faults.ts';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import type { Limits } from '../src/delivery/pace.ts';
import { openChat } from './support/chat.ts';
import { startWithChatwoot, writesUnseen, writtenBack } from './support/chatwoot.ts';
import { quiet } from './support/product.ts';
import { waitUntil } from './support/wait.ts';

vi.setConfig({ testTimeout: 120_000 });

const { ana, ben } = SEED;
const inOneHour = () => new Date(Math.floor(Date.now() / 1000) * 1000 + 3_600_000);

test('snoozed in Chatwoot until the customer writes, it is silent here until then', async (context) => {
  const { peer, product, team, shown } = await startWithChatwoot(context);
  const conversation = peer.open();
  const { id } = conversation;
  const number = await shown(conversation);
  peer.change(id, { status: 'snoozed' });
  await team.waitForCard(number, `#${number} · snoozed in Chatwoot until the customer writes`);
  expect((await team.ask('/open')).text).toContain('💤 until the customer writes');
  expect((await team.ask(`/why ${number}`)).text).toContain('snoozed until the customer writes');

  await team.ask(`/ack ${number}`);
  await writtenBack(product);
  expect(peer.conversation(id).status).toBe('open');
  expect((await team.ask(`/undo ${number}`)).text).toBe('Undone: acknowledged by Ana');
  await writtenBack(product);
  await team.waitForCard(number, 'until the customer writes');
  expect(peer.conversation(id)).toMatchObject({ status: 'snoozed', snoozedUntil: null });
  const due = await product.rows(`select 1 from incidences where next_due_at < now() + interval '1 year'`);
  expect(due).toEqual([]);

  peer.customerWrites(id, 'Here I am again');
  await team.waitForText('is open again: the snooze is over');
  await team.waitForCard(number, 'Here I am again');
  await quiet(product);
  expect(team.state(number)).toBe(`#${number} · open`);
  expect(peer.conversation(id).status).toBe('open');
});

test('a snooze that somebody ended or changed here is not renewed by an event that repeats it', async (context) => {
  const { peer, product, team, shown } = await startWithChatwoot(context);
  const conversation = peer.open();
  const { id } = conversation;
  const number = await shown(conversation);
  const look = new RegExp(`^GET .*conversations.${id}$`);
  const typedWhileWeLook = async (typed: string, label: string) => {
    peer.change(id, { status: 'snoozed', snoozedUntil: inOneHour() });
    await team.waitForCard(number, 'snoozed in Chatwoot until');
    peer.rest.add({ match: look, as: { delayMs: 1_500 }, times: 1 });
    await team.ask(typed);
    peer.change(id, { labels: [label] });
    await team.waitForCard(number, `labels: ${label}`);
    await peer.webhooks.idle();
    await writtenBack(product);
    await quiet(product);
  };
  await typedWhileWeLook(`/ack ${number}`, 'vip');
  expect(team.state(number)).toContain('acknowledged by Ana');
  expect(peer.conversation(id).status).toBe('open');

  await typedWhileWeLook(`/snooze ${number} 24h`, 'refund');
  expect(team.state(number)).toContain('snoozed by Ana until');
  const [row] = await product.rows<{ until: Date }>('select snoozed_until as until from incidences');
  expect(peer.conversation(id)).toMatchObject({ status: 'snoozed' });
  expect(peer.conversation(id).snoozedUntil?.getTime()).toBe(Math.floor((row?.until.getTime() ?? 0) / 1000) * 1000);
});

test('a customer who writes while we ask Chatwoot before snoozing keeps the conversation open on both sides', async (context) => {
  const { peer, product, team, shown } = await startWithChatwoot(context);
  const conversation = peer.open();
  const { id } = conversation;
  const number = await shown(conversation);
  const before = peer.requests().length;
  const asks = new RegExp(`conversations.${id}$`);
  peer.rest.add({ match: asks, as: { delayMs: 1_500 }, times: 1 });
  await team.ask(`/snooze ${number} 2h`);
  await waitUntil(() =>
    peer
      .requests()
      .slice(before)
      .some(({ path }) => asks.test(path)),
  );
  peer.customerWrites(id, 'wait, one more thing');
  await team.waitForText('is open again: the snooze is over');
  await writtenBack(product);
  await peer.webhooks.idle();
  await quiet(product);
  expect(team.state(number)).toBe(`#${number} · open`);
  expect(peer.conversation(id).status).toBe('open');
});

test('a message that was written before we snoozed its conversation, and comes later, opens it on both sides', async (context) => {
  const { peer, product, team, shown } = await startWithChatwoot(context);
  const conversation = peer.open();
  const { id } = conversation;
  const number = await shown(conversation);
  await peer.webhooks.idle();
  const sendWebhook = writesUnseen(peer, id, 'one more thing');
  await team.ask(`/snooze ${number} 2h`);
  await waitUntil(() => peer.conversation(id).status === 'snoozed');
  await writtenBack(product);
  await peer.webhooks.idle();
  sendWebhook();
  await team.waitForCard(number, 'one more thing');
  await writtenBack(product);
  await peer.webhooks.idle();
  await quiet(product);
  expect(team.state(number)).toBe(`#${number} · open`);
  expect(peer.conversation(id).status).toBe('open');
});

test('another time chosen in Chatwoot, without a webhook, is noticed', async (context) => {
  const { peer, team, shown } = await startWithChatwoot(context, { env: { CHATWOOT_RECONCILE_SECONDS: '1' } });
  const conversation = peer.open();
  const { id } = conversation;
  const number = await shown(conversation);
  peer.change(id, { status: 'snoozed', snoozedUntil: inOneHour() });
  const first = (await team.waitForCard(number, 'snoozed in Chatwoot until')).text;
  await peer.webhooks.idle();
  peer.webhooks.setFaults({ lose: 1 });
  peer.change(id, { snoozedUntil: null });
  await team.waitForCard(number, 'snoozed in Chatwoot until the customer writes');
  expect(team.card(number).text).not.toBe(first);
});

test('whoever acknowledges all that lies folded in a storm ends its snoozes in Chatwoot as well', async (context) => {
  // Of the cards, only critical ones have room.
  const crowded: Limits = {
    lane: () => ({ interactive: [], critical: [], high: [], normal: [{ max: 0, windowMs: 1 }] }),
    group: () => [],
  };
  const { peer, product, team } = await startWithChatwoot(context, { limits: () => crowded });
  const ids = Array.from({ length: 20 }, () => peer.open({ content: 'Hello' }).id);
  const storm = await team.waitForText('ALERT STORM');
  const folded = await waitUntil(async () => {
    const [row] = await product.rows<{ id: string; conversation: string }>(
      `select incidences.id, external_id as conversation from incidences
       join deliveries on incidence_id = incidences.id where deliveries.state = 'folded' limit 1`,
    );
    return row;
  });
  const id = Number(folded?.conversation);
  expect(ids).toContain(id);
  await team.ask(`/snooze ${folded?.id} 2h`);
  await writtenBack(product);
  expect(peer.conversation(id).status).toBe('snoozed');
  await team.pressUnder(storm, 'Acknowledge all');
  expect(await team.pressUnder(storm, 'Acknowledge all')).toContain('now yours');
  await writtenBack(product);
  expect(peer.conversation(id).status).toBe('open');
  // Each of them can be undone alone.
  expect((await team.ask(`/undo ${folded?.id}`)).text).toBe('Undone: acknowledged by Ana');
  await writtenBack(product);
  expect(peer.conversation(id).status).toBe('snoozed');
});

const faults: readonly (readonly [string, RestFault['as'], readonly string[]])[] = [
  ['fails', { status: 503 }, ['GET', 'POST']],
  ['hangs before', 'hang', ['POST']],
  ['hangs after', 'hang-after', ['POST']],
  // It names no time, so each costs twenty seconds.
  ['limits', { status: 429 }, ['POST']],
  ['cuts before', 'cut', ['GET', 'POST']],
  ['cuts after', 'cut-after', ['GET', 'POST']],
];

// They wait most of the time.
test.concurrent.for(faults)(
  'assign, snooze and the undo of both arrive in a Chatwoot that %s',
  async (fault, context) => {
    const [, as, methods] = fault;
    const env = { ENCRYPTION_KEY: randomBytes(32).toString('base64') };
    const { peer, product, team, shown } = await startWithChatwoot(context, { env });
    await team.ask('/whoami', ana);
    openChat(product, ana).typed(`/link ${peer.user(31).token}`, ana);
    await openChat(product, ana).waitForText('Linked to Priya Raman in Chatwoot');
    const opened = async () => {
      const { id } = peer.open();
      return { id, number: await shown({ id }) };
    };
    const [assigned, snoozed] = [await opened(), await opened()];
    const [unassigned, woken] = [await opened(), await opened()];
    await team.ask(`/assign ${unassigned.number} Ana`, ben);
    await team.ask(`/snooze ${woken.number} 2h`, ben);
    await writtenBack(product);
    expect(peer.conversation(unassigned.id).assignee?.id).toBe(31);
    expect(peer.conversation(woken.id).status).toBe('snoozed');

    for (const { id } of [assigned, snoozed, unassigned, woken]) {
      // We look before we write; notes are another promise.
      const paths = { GET: `${id}$`, POST: `${id}/(toggle_status|assignments)$` };
      for (const [method, path] of Object.entries(paths)) {
        if (methods.includes(method)) peer.rest.add({ match: new RegExp(`^${method} .*${path}`), as, times: 1 });
      }
    }
    expect((await team.ask(`/assign ${assigned.number} Ana`, ben)).text).toBe(`#${assigned.number} is assigned to Ana`);
    expect((await team.ask(`/snooze ${snoozed.number} 2h`)).text).toContain('is snoozed until');
    expect((await team.ask(`/undo ${unassigned.number}`)).text).toBe('Undone: assigned by Ben');
    expect((await team.ask(`/undo ${woken.number}`)).text).toBe('Undone: snoozed by Ben');
    await writtenBack(product);
    await peer.webhooks.idle();
    await quiet(product);

    expect(peer.conversation(assigned.id).assignee?.id).toBe(31);
    expect(peer.conversation(unassigned.id).assignee).toBeNull();
    const [row] = await product.rows<{ until: Date }>(
      'select snoozed_until as until from incidences where id = $1',
      snoozed.number,
    );
    const second = Math.floor((row?.until.getTime() ?? 0) / 1000) * 1000;
    expect(peer.conversation(snoozed.id)).toMatchObject({ status: 'snoozed', snoozedUntil: new Date(second) });
    expect(peer.conversation(woken.id)).toMatchObject({ status: 'open', snoozedUntil: null });
    expect(team.state(assigned.number)).toContain('acknowledged by Ana');
    expect(team.state(snoozed.number)).toContain('snoozed by Ana until');
    expect(team.state(unassigned.number)).toBe(`#${unassigned.number} · open`);
    expect(team.state(woken.number)).toBe(`#${woken.number} · open`);
    expect(await product.rows(`select kind, reason from deliveries where state = 'dead'`)).toEqual([]);
  },
);

test.each(['/snooze', '/assign', '/undo'])(
  '%s of a conversation that was deleted in Chatwoot closes its card',
  async (typed) => {
    const env = { ENCRYPTION_KEY: randomBytes(32).toString('base64') };
    const { peer, product, team, shown } = await startWithChatwoot({ onTestFinished }, { env });
    const conversation = peer.open();
    const number = await shown(conversation);
    if (typed === '/undo') {
      await team.ask(`/snooze ${number} 2h`);
      await writtenBack(product);
    }
    peer.deleteConversation(conversation.id);
    await team.ask(`${typed} ${number}${{ '/snooze': ' 2h', '/assign': ' Ana' }[typed] ?? ''}`);
    await team.waitForCard(number, 'closed: deleted in Chatwoot');
  },
);
