import { randomBytes } from 'node:crypto';
import { expect, test, type TestContext, vi } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { openChat } from './support/chat.ts';
import { notesOf, startWithChatwoot, writtenBack } from './support/chatwoot.ts';
import { createClock } from './support/clock.ts';
import { postAlert, quiet, startProduct } from './support/product.ts';
import { waitUntil } from './support/wait.ts';
import { alertOf, startWorld } from './support/world.ts';

vi.setConfig({ testTimeout: 60_000 });

const { ana, ben } = SEED;

async function startTeam(context: TestContext) {
  const world = await startWorld(context);
  const clock = createClock('2026-11-26T12:00:00Z');
  const product = await startProduct({ ...world, now: clock.now });
  context.onTestFinished(() => product.stop());
  const team = openChat(product);
  const alert = async (conversation: number, severity: 'low' | 'high' = 'high') => {
    const { body } = await postAlert(product, alertOf(conversation, severity));
    await quiet(product);
    return Number(body['incidence_id']);
  };
  /** What people see of an incidence, and what is due. */
  const state = async (id: number) => {
    await quiet(product);
    const [row] = await world.rows<object>(
      `select status, severity, acknowledged_at, acknowledged_by, closed_at, closed_by, outcome, note, snoozed_until,
         tags, open_since, next_due_at from incidences where id = $1`,
      id,
    );
    return { row, card: team.card(id).text };
  };
  return { world, clock, product, team, alert, state };
}

test('everything that changes a state can be undone, by anyone, and is then as it was', async (context) => {
  const { team, alert, state } = await startTeam(context);
  await team.ask('/whoami', ben);
  const id = await alert(1);
  const done: readonly (readonly [typed: string, what: string])[] = [
    [`/snooze ${id} 2h`, 'snoozed by Ana'],
    [`/severity ${id} low`, 'severity set by Ana'],
    [`/tag ${id} refund vip`, 'tags changed by Ana'],
    [`/assign ${id} Ben`, 'assigned by Ana'],
    [`/ack ${id}`, 'acknowledged by Ana'],
    [`/close ${id} spam not ours`, 'closed by Ana'],
  ];
  for (const [typed, what] of done) {
    const before = await state(id);
    await team.ask(typed);
    expect((await state(id)).card).not.toBe(before.card);
    expect((await team.ask(`/undo ${id}`, ben)).text).toBe(`Undone: ${what}`);
    expect(await state(id)).toEqual(before);
    expect((await team.ask(`/undo ${id}`)).text).toBe("There's nothing to undo");
  }
  await team.ask(`/ack ${id}`);
  const held = await state(id);
  await team.press(id, 'Release');
  expect((await team.ask(`/undo ${id}`)).text).toBe('Undone: released by Ana');
  expect(await state(id)).toEqual(held);
  await team.ask(`/close ${id} resolved paid out`);
  const closed = await state(id);
  await team.press(id, 'Reopen');
  expect((await team.ask(`/undo ${id}`)).text).toBe('Undone: reopened by Ana');
  expect(await state(id)).toEqual(closed);
  expect((await team.ask(`/why ${id}`)).text).toContain('undone by Ben: snoozed by Ana');
});

test('More… names what Undo takes back, also under a closed card', async (context) => {
  const { team, alert } = await startTeam(context);
  const id = await alert(1);
  await team.press(id, 'More…');
  await team.waitForButton(id, '‹ Back');
  expect(team.buttons(id).filter((button) => button.startsWith('Undo'))).toEqual([]);
  await team.press(id, '‹ Back');
  await team.ask(`/close ${id} resolved`);
  await team.waitForButton(id, 'Reopen');
  await team.press(id, 'More…', ben);
  await team.waitForButton(id, 'Undo: closed by Ana');
  expect(await team.press(id, 'Undo: closed by Ana', ben)).toBe('Undone: closed by Ana');
  await team.waitForButton(id, 'Acknowledge');
  expect(team.state(id)).toBe(`#${id} · open`);
});

test('a press of Undo takes back what it names, and nothing that was done since', async (context) => {
  const { team, alert, state } = await startTeam(context);
  const id = await alert(1);
  await team.ask(`/severity ${id} low`);
  await team.press(id, 'More…');
  const menu = await team.waitForButton(id, 'Undo: severity set by Ana');
  const data = JSON.stringify(menu.reply_markup).match(/un:[\d:]+/)?.[0] ?? '';
  await team.ask(`/ack ${id}`, ben);
  const before = await state(id);
  expect(await team.forge(id, data, ana)).toBe('Meanwhile: acknowledged by Ben. Nothing was changed.');
  expect(await state(id)).toEqual(before);
});

test('within five minutes, also after a restart, and only while it is as it was left', async (context) => {
  const { world, clock, product, team, alert } = await startTeam(context);
  const [late, changed, restarted] = [await alert(1), await alert(2, 'low'), await alert(3)];
  await team.ask(`/ack ${late}`);
  await clock.pass(product, 301);
  expect((await team.ask(`/undo ${late}`)).text).toContain('Too late: an action can be undone');

  await team.ask(`/snooze ${changed} 2h`);
  await postAlert(product, alertOf(2, 'low'));
  await quiet(product);
  expect((await team.ask(`/undo ${changed}`)).text).toBe("It has changed since then, so this can't be undone");

  await team.ask(`/close ${restarted} resolved`);
  await quiet(product);
  const second = await startProduct({ ...world, now: clock.now });
  context.onTestFinished(() => second.stop());
  await product.stop().catch(() => undefined);
  const again = openChat(second);
  expect((await again.ask(`/undo ${restarted}`)).text).toBe('Undone: closed by Ana');
  await quiet(second);
  expect(again.state(restarted)).toBe(`#${restarted} · open`);
});

test('a close is not undone while the conversation is open as another incidence', async (context) => {
  const { product, team, alert } = await startTeam(context);
  const id = await alert(1);
  await team.ask(`/close ${id} resolved`);
  await product.rows(
    `insert into incidences (source, kind, account, external_id, status, severity, additional_info, context, alert_count,
       happened_at, opened_at, updated_at, unanswered, sla_missed)
     select source, kind, account, external_id, 'open', severity, '{}', '[]', 1, happened_at, opened_at, updated_at, '{}', '{}'
     from incidences where id = $1`,
    id,
  );
  expect((await team.ask(`/undo ${id}`)).text).toContain('already open as');
});

test('Chatwoot follows what is undone', async (context) => {
  const { peer, product, team, shown } = await startWithChatwoot(context);
  const conversation = peer.open();
  const { id } = conversation;
  const number = await shown(conversation);
  await team.ask(`/ack ${number}`);
  await writtenBack(product);
  await team.ask(`/close ${number} resolved`);
  await waitUntil(() => peer.conversation(id).status === 'resolved');
  await writtenBack(product);
  expect((await team.ask(`/undo ${number}`)).text).toBe('Undone: closed by Ana');
  await writtenBack(product);
  expect(peer.conversation(id).status).toBe('open');
  expect(notesOf(peer, id).at(-1)).toBe(`Acknowledged by Ana in Telegram (#${number})`);
  for (const typed of [`/severity ${number} critical`, `/tag ${number} refund`, `/snooze ${number} 2h`]) {
    const { status, priority, labels } = peer.conversation(id);
    await team.ask(typed);
    await writtenBack(product);
    await team.ask(`/undo ${number}`);
    await writtenBack(product);
    expect(peer.conversation(id)).toMatchObject({ status, labels, priority: priority ?? expect.anything() });
  }
});

test('what was handed over goes back to whoever held it', async (context) => {
  const { product, team, alert, state } = await startTeam(context);
  const id = await alert(1);
  await team.ask('/onduty');
  await team.ask(`/ack ${id}`);
  const held = await state(id);
  await team.ask('/offduty');
  await team.pressUnder(await team.waitForText('Ana hands over 1 incidence'), 'I have it', ben);
  await quiet(product);
  expect(team.state(id)).toContain('acknowledged by Ben');
  expect((await team.ask(`/undo ${id}`)).text).toBe('Undone: taken over by Ben');
  expect(await state(id)).toEqual(held);
});

test('who holds what was closed before Chatwoot was told of them is assigned when the close is undone', async (context) => {
  const env = { ENCRYPTION_KEY: randomBytes(32).toString('base64') };
  const { peer, product, team, shown } = await startWithChatwoot(context, { env });
  const conversation = peer.open();
  const number = await shown(conversation);
  openChat(product, ana).typed(`/link ${peer.user(31).token}`, ana);
  await openChat(product, ana).waitForText('Linked to Priya Raman in Chatwoot');
  peer.rest.add({ match: /^GET .*conversations.\d+$/, as: { status: 429 }, times: 1 });
  await team.ask(`/ack ${number}`);
  await team.ask(`/close ${number} resolved`);
  await writtenBack(product);
  expect((await team.ask(`/undo ${number}`)).text).toBe('Undone: closed by Ana');
  await writtenBack(product);
  expect(peer.conversation(conversation.id)).toMatchObject({ status: 'open', assignee: { id: 31 } });
});

test.each(['', '42 43', 'forty'])('/undo %s is answered with an example', async (typed) => {
  const product = await startProduct();
  expect((await openChat(product).ask(`/undo ${typed}`)).text).toContain('For example /undo 42');
  await product.stop();
});
