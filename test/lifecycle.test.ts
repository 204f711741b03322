import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Chat, openChat } from './support/chat.ts';
import { forgetEverything, postAlert, postChatwoot, type Product, quiet, startProduct } from './support/product.ts';

let product: Product;
let team: Chat;
beforeAll(async () => {
  product = await startProduct();
  team = openChat(product);
});
afterAll(() => product.stop());
beforeEach(() => forgetEverything(product));

type Body = Record<string, unknown>;

/** In seconds, as Chatwoot counts; of each test, so that what comes 5 s later is later than its alerts. */
let beginning: number;
beforeEach(() => {
  beginning = Math.floor(Date.now() / 1000);
});

/** A conversation as Chatwoot tells it; `at` counts seconds from the beginning, by Chatwoot's clock. */
function conversation(at: number, said: Body = {}): Body {
  return {
    id: 77,
    status: 'open',
    account: { id: 9 },
    waiting_since: 0,
    messages: [],
    meta: { sender: { name: 'Ivo' } },
    updated_at: beginning + at,
    ...said,
  };
}

/** Tells of the conversation and waits until it is on the cards. */
async function desk(event: string, at: number, said: Body = {}): Promise<void> {
  await postChatwoot(product, JSON.stringify({ ...conversation(at, said), event }));
  await quiet(product);
}

let messageId = 1_000;

async function wrote(at: number, content: string, said: Body = {}): Promise<void> {
  messageId += 1;
  const message = {
    event: 'message_created',
    id: messageId,
    content,
    message_type: 'incoming',
    created_at: new Date((beginning + at) * 1000).toISOString(),
    account: { id: 9 },
    sender: { name: 'Ivo' },
    conversation: conversation(at),
    ...said,
  };
  await postChatwoot(product, JSON.stringify(message));
  await quiet(product);
}

async function alerted(severity: string, said: Body = {}): Promise<Record<string, unknown>> {
  const { body } = await postAlert(product, {
    severity,
    reason: 'BOT',
    conversation_id: 77,
    message: 'bot says',
    ...said,
  });
  await quiet(product);
  return body;
}

/** The one incidence there is. */
async function only(): Promise<number> {
  const rows = await product.rows<{ id: string }>('select id from incidences');
  expect(rows).toHaveLength(1);
  return Number(rows[0]?.id);
}

/** What was said aloud since the last card, not only edited. */
const aloud = (id: number) =>
  team
    .messages()
    .filter(({ message_id, text }) => message_id > team.card(id).message_id && text)
    .map(({ text }) => text);

describe('Chatwoot', () => {
  test('closed before its card was ever sent: it is sent once, closed', async () => {
    product.sandbox.faults.add({ kind: 'outage' });
    await postChatwoot(product, JSON.stringify({ ...conversation(0), event: 'conversation_created' }));
    const resolved = conversation(1, { status: 'resolved' });
    await postChatwoot(product, JSON.stringify({ ...resolved, event: 'conversation_status_changed' }));
    product.sandbox.faults.clear();
    await quiet(product);
    const id = await only();
    expect(team.state(id)).toBe(`#${id} · closed in Chatwoot · resolved`);
    expect(await product.rows('select id from cards')).toHaveLength(1);
  });

  test('created, written to, made urgent: one card that turns critical, and a word aloud', async () => {
    await desk('conversation_created', 0);
    const id = await only();
    expect(team.card(id).text).toContain('🟡 MEDIUM');
    await wrote(1, 'hello there');
    expect(team.card(id).text).toContain('Message:\nhello there');
    expect(aloud(id)).toEqual([]);
    await desk('conversation_updated', 2, { priority: 'urgent' });
    expect(team.card(id).text).toContain('🔴 CRITICAL');
    expect(aloud(id)).toEqual([`🔴 #${id} is now CRITICAL\nhello there`]);
  });

  test('an alert of a clock that runs ahead does not hide what the customer writes next', async () => {
    await alerted('high', { timestamp: new Date(Date.now() + 19_800_000).toISOString() });
    const id = await only();
    await wrote(0, 'SECOND WORDS');
    expect(team.card(id).text).toContain('Message:\nSECOND WORDS');
    await wrote(-60, 'words before these, that come late');
    expect(team.card(id).text).toContain('Message:\nSECOND WORDS');
  });

  test('a priority that is taken back does not make it less', async () => {
    await desk('conversation_created', 0, { priority: 'urgent' });
    await desk('conversation_updated', 1, { priority: 'low' });
    expect(team.card(await only()).text).toContain('🔴 CRITICAL');
  });

  test('resolved there closes it here; what is older changes nothing; open there opens it here', async () => {
    await desk('conversation_created', 0);
    const id = await only();
    await desk('conversation_status_changed', 10, { status: 'resolved' });
    expect(team.state(id)).toBe(`#${id} · closed in Chatwoot · resolved`);
    await desk('conversation_updated', 5, { status: 'open', priority: 'high' });
    await wrote(6, 'an older message');
    expect(team.state(id)).toBe(`#${id} · closed in Chatwoot · resolved`);
    await desk('conversation_status_changed', 20, { status: 'open' });
    expect(team.state(id)).toBe(`#${id} · open`);
    expect(aloud(id)).toEqual([expect.stringContaining(`#${id} is open again`)]);
  });

  test('a customer who writes after the end opens it again', async () => {
    await desk('conversation_created', 0);
    const id = await only();
    await team.ask(`/close ${id} resolved sent a new one`);
    await wrote(60, 'it is broken again');
    expect(team.state(id)).toBe(`#${id} · open`);
    expect(team.card(id).text).not.toContain('Note:');
    expect(team.card(id).text).toContain('it is broken again');
    expect(team.buttons(id)).toContain('Acknowledge');
  });

  test('closed here while a menu stood open: it opens again with its first buttons', async () => {
    await desk('conversation_created', 0);
    const id = await only();
    await team.press(id, 'Close');
    await team.waitForButton(id, 'Resolved');
    await desk('conversation_status_changed', 10, { status: 'resolved' });
    await desk('conversation_status_changed', 20, { status: 'open' });
    expect(team.buttons(id)).toEqual(['Acknowledge', 'Close', 'Tag', 'More…']);
  });

  test("a conversation that is with a bot is not shown until it is a person's", async () => {
    await desk('conversation_created', 0, { status: 'pending' });
    await wrote(1, 'talking to a bot', { conversation: conversation(1, { status: 'pending' }) });
    expect(await product.rows('select id from incidences')).toEqual([]);
    await desk('conversation_updated', 2, { status: 'open', waiting_since: beginning + 1 });
    expect(team.state(await only())).toMatch(/open$/);
  });

  test("an agent's first reply is recorded, the second is not", async () => {
    const reply = { message_type: 'outgoing', sender: { name: 'Priya', type: 'user' } };
    await wrote(0, 'hello');
    await wrote(120, 'hi!', reply);
    const id = await only();
    expect(team.card(id).text).toContain('Assigned: Priya\nAnswered: after 2 min');
    await wrote(300, 'and?', { ...reply, sender: { name: 'Raj', type: 'user' } });
    await wrote(400, 'still waiting');
    expect(team.card(id).text).toContain('Assigned: Priya\nAnswered: after 2 min');
    const answers = await product.rows("select 1 from incidence_history where action = 'answered'");
    expect(answers).toHaveLength(1);
  });

  test('messages in the wrong order: the newest stands on the card', async () => {
    await wrote(0, 'first');
    await wrote(20, 'third');
    await wrote(10, 'second, the payment is missing');
    const card = team.card(await only());
    expect(card.text).toContain('Message:\nthird');
    expect(card.text).toContain('🟠 HIGH');
  });

  test('what changes nothing on the card is not sent', async () => {
    const attributes = { custom_attributes: { vip: true, plan: 'gold', referral_code: 'x' }, labels: ['a'] };
    await desk('conversation_created', 0, attributes);
    product.sandbox.forgetCalls();
    await desk('conversation_updated', 1, attributes);
    expect(product.sandbox.calls.filter(({ method }) => method.startsWith('edit'))).toEqual([]);
  });
});

describe('alerts', () => {
  test("an alert about a webhook's conversation joins it, and keeps what both know", async () => {
    await desk('conversation_created', 0, { labels: ['billing'] });
    const id = await only();
    const answer = await alerted('high', { additional_info: { order_id: 'o-1' } });
    expect(answer).toMatchObject({ incidence_id: id, telegram_message_id: team.card(id).message_id });
    await desk('conversation_updated', 5, { labels: ['billing', 'vip'] });
    const { text } = team.card(await only());
    expect(text).toContain('CHATWOOT ALERT - HIGH');
    expect(text).toContain('order_id: o-1');
    expect(text).toContain('labels: billing, vip');
  });

  test('a webhook about an alert joins it as well', async () => {
    await alerted('low');
    await wrote(60, 'customer words');
    expect(team.card(await only()).text).toContain('customer words');
  });

  test('further alerts count up; severity rises and never falls', async () => {
    await alerted('medium');
    const id = await only();
    expect(team.card(id).text).not.toContain('Alerts:');
    await alerted('critical', { message: 'worse' });
    await alerted('low', { message: 'calmer' });
    const { text } = team.card(id);
    expect(text).toContain('🔴 CHATWOOT ALERT - CRITICAL');
    expect(text).toContain('Alerts: 3');
    expect(text).toContain('Message:\ncalmer');
    expect(aloud(id)).toEqual([`🔴 #${id} is now CRITICAL · BOT\nworse`]);
  });

  test('an alert after the end is a new incidence', async () => {
    const first = await alerted('high');
    await team.ask(`/close ${Number(first['incidence_id'])}`);
    const second = await alerted('low');
    expect(second['incidence_id']).not.toBe(first['incidence_id']);
    expect(team.card(Number(second['incidence_id'])).text).toContain('ALERT - LOW');
  });

  test('the first cannot be reopened while the conversation goes on in a second', async () => {
    const first = Number((await alerted('high'))['incidence_id']);
    await team.ask(`/close ${first}`);
    const second = Number((await alerted('low'))['incidence_id']);
    expect(await team.press(first, 'Reopen')).toContain(`already open as #${second}`);
    expect(await product.rows(`select id from incidences where status <> 'closed'`)).toHaveLength(1);
  });

  test('the same number in another account is another conversation', async () => {
    const url = (account: number) => `https://desk.example.com/app/accounts/${account}/conversations/77`;
    await alerted('high', { chatwoot_url: url(1) });
    await alerted('high', { chatwoot_url: url(2) });
    expect(await product.rows('select id from incidences')).toHaveLength(2);
  });

  test('one is reopened while the same number is open in another account, not where the account is unknown', async () => {
    const url = (account: number) => `https://desk.example.com/app/accounts/${account}/conversations/77`;
    const first = Number((await alerted('high', { chatwoot_url: url(1) }))['incidence_id']);
    const second = Number((await alerted('high', { chatwoot_url: url(2) }))['incidence_id']);
    await team.ask(`/close ${second}`);
    await team.waitForButton(second, 'Reopen');
    expect(await team.press(second, 'Reopen')).toBe(`#${second} is open again`);

    for (const id of [first, second]) await team.ask(`/close ${id}`);
    await team.waitForButton(second, 'Reopen');
    const unknown = Number((await alerted('high'))['incidence_id']);
    expect(await team.press(second, 'Reopen')).toContain(`already open as #${unknown}`);
  });
});
