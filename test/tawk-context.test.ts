import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test, vi } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { openChat } from './support/chat.ts';
import {
  type Answered,
  forgetEverything,
  post,
  postTawk,
  type Product,
  quiet,
  startProduct,
} from './support/product.ts';

vi.setConfig({ testTimeout: 60_000 });

const contextKey = 'test-tawk-context-key-0123456789';
const start = fixture('real__chat-start__basic');
const asha = 'asha.rao@example.com';

let product: Product;
let team: ReturnType<typeof openChat>;
beforeAll(async () => {
  product = await startProduct({ env: { TAWK_CONTEXT_KEY: contextKey } });
  team = openChat(product);
});
afterAll(() => product.stop());
beforeEach(async () => {
  await forgetEverything(product);
  await product.rows('delete from visitor_contexts');
});

type Json = Readonly<Record<string, unknown>>;

function fixture(name: string) {
  return JSON.parse(readFileSync(new URL(`fixtures/tawk/${name}.json`, import.meta.url), 'utf8'));
}

const seconds = () => Math.floor(Date.now() / 1000);

function postContext(
  context: Json | string,
  timestamp: number | string = seconds(),
  key = contextKey,
): Promise<Answered> {
  const body = typeof context === 'string' ? context : JSON.stringify(context);
  const mac = createHmac('sha256', key).update(`${timestamp}.${body}`).digest('hex');
  return post(`${product.baseUrl}/api/v1/tawk/context`, body, {
    'x-bellhop-timestamp': String(timestamp),
    'x-bellhop-signature': `sha256=${mac}`,
  });
}

/** A chat of this id; each start happens at another time. */
function chatOf(chatId: string, visitor: Json = {}, message: Json = {}): string {
  return JSON.stringify({
    ...start,
    chatId,
    time: new Date().toISOString(),
    visitor: { ...start.visitor, ...visitor },
    message: { ...start.message, ...message },
  });
}

async function startChat(chatId: string, visitor: Json = {}, message: Json = {}): Promise<number> {
  await postTawk(product, chatOf(chatId, visitor, message));
  await quiet(product);
  const [row] = await product.rows<{ id: string }>('select id from incidences where external_id = $1', chatId);
  return Number(row?.id);
}

/** The one card there is, without its number. */
async function only(): Promise<string> {
  await quiet(product);
  const rows = await product.rows<{ id: string }>('select id from incidences');
  expect(rows).toHaveLength(1);
  const id = Number(rows[0]?.id);
  return (team.card(id).text ?? '').replace(`#${id} ·`, '# ·');
}

const told = {
  user_id: 'user_12345',
  user_tier: 'GOLD',
  order_id: 'order_77',
  current_screen: 'CHECKOUT',
  cart_value: 25_000,
  guest_count: 100,
  event_type: 'WEDDING',
  event_date: '2026-05-15',
  friction_score: 0.42,
  past_orders: 15,
  lifetime_value: '1,50,000',
  selected_platter: 'Premium Veg Thali',
};

describe('what the shop tells', () => {
  it('joins the chat it names and stands on its card', async () => {
    const id = await startChat('chat-1');
    const answer = await postContext({ chatId: 'chat-1', attributes: told });
    expect(answer).toEqual({ status: 200, body: { success: true, joined: id } });
    const card = await only();
    expect(card).toContain(
      [
        'Stage: post-order',
        'Tier: GOLD',
        'Screen: CHECKOUT',
        'Cart: ₹25,000',
        'Event: WEDDING · 15 May 2026',
        'Guests: 100',
        'Friction score: 0.42',
        'Orders: 15',
        'Lifetime value: ₹1,50,000',
      ].join('\n'),
    );
    expect(card).toContain('• selected_platter: Premium Veg Thali');
    expect(await product.rows('select stage, cart_value from incidences')).toEqual([
      { stage: 'POST_ORDER', cart_value: 25_000 },
    ]);
  });

  it('shows only what is known', async () => {
    await startChat('chat-1');
    await postContext({ chatId: 'chat-1', attributes: { 'user-tier': 'SILVER', cart_value: '', orders: null } });
    const card = await only();
    expect(card).toContain('Stage: pre-order\nTier: SILVER\n');
    for (const word of ['Cart', 'Event', 'Guests', 'Friction', 'Orders', 'Lifetime', 'Additional'])
      expect(card).not.toContain(word);
  });

  it('waits for a chat that comes later, and is named by the answer only when it is known', async () => {
    expect(await postContext({ chatId: 'chat-1', attributes: told })).toMatchObject({ body: { joined: null } });
    expect(await postContext({ email: ` ${asha.toUpperCase()}`, attributes: { user_tier: 'VIP' } })).toMatchObject({
      status: 200,
    });
    await startChat('chat-1');
    expect(await only()).toContain('Tier: VIP');
    expect(await product.rows('select * from visitor_contexts')).toEqual([]);
  });

  it('changes what it told before, attribute by attribute, by the time it was sent', async () => {
    const at = seconds();
    await startChat('chat-1');
    await postContext({ chatId: 'chat-1', attributes: { cart_value: 30_000, user_tier: 'GOLD' } }, at);
    await postContext({ chatId: 'chat-1', attributes: { cart_value: 10_000, guest_count: 5 } }, at - 10);
    const card = await only();
    expect(card).toContain('Cart: ₹30,000');
    expect(card).toContain('Guests: 5');
    await postContext({ chatId: 'chat-1', attributes: { cart_value: null, order_id: null } }, at + 1);
    expect(await only()).not.toContain('Cart');
  });

  it('takes an order back', async () => {
    const at = seconds();
    await startChat('chat-1');
    await postContext({ chatId: 'chat-1', attributes: told }, at);
    await postContext({ chatId: 'chat-1', attributes: { order_id: null } }, at + 1);
    expect(await only()).toContain('Stage: pre-order');
  });

  it('is kept of a closed chat, which stays closed', async () => {
    const id = await startChat('chat-1');
    await team.waitForButton(id, 'Acknowledge');
    await team.ask(`/close ${id} resolved`);
    expect(await postContext({ chatId: 'chat-1', attributes: { user_tier: 'VIP' } })).toMatchObject({
      body: { joined: id },
    });
    expect(await only()).toContain('closed by Ana');
    const { text } = await team.ask(`/incidence ${id}`);
    expect(text).toContain('Tier: VIP');
    expect(text).toContain('closed by Ana');
  });
});

describe('by e-mail', () => {
  it('it joins the newest open chat of the address, and no other', async () => {
    const older = await startChat('chat-1');
    const newer = await startChat('chat-2');
    await startChat('chat-3', { email: 'somebody@example.com' });
    expect(await postContext({ email: '\0Asha.RAO@example.com ', attributes: { user_tier: 'VIP' } })).toMatchObject({
      body: { joined: newer },
    });
    await quiet(product);
    expect(team.card(newer).text).toContain('Tier: VIP');
    expect(team.card(older).text).not.toContain('Tier');
    await team.ask(`/close ${newer} resolved`);
    expect(await postContext({ email: asha, attributes: { user_tier: 'GOLD' } })).toMatchObject({
      body: { joined: older },
    });
  });

  it('only the chat of the property that it names', async () => {
    const id = await startChat('chat-1');
    const elsewhere = { email: asha, propertyId: 'another', attributes: { user_tier: 'VIP' } };
    expect(await postContext(elsewhere)).toMatchObject({ body: { joined: null } });
    expect(await postContext({ ...elsewhere, propertyId: start.property.id })).toMatchObject({ body: { joined: id } });
  });

  it('one that waits joins the first chat, and not the next', async () => {
    await postContext({ email: asha, attributes: { user_tier: 'VIP' } });
    const first = await startChat('chat-1');
    const second = await startChat('chat-2');
    expect(team.card(first).text).toContain('Tier: VIP');
    expect(team.card(second).text).not.toContain('Tier');
  });

  it('no chat that began more than a day before or after', async () => {
    await startChat('chat-1');
    await product.rows(`update incidences set opened_at = now() - interval '25 hours'`);
    expect(await postContext({ email: asha, attributes: { user_tier: 'VIP' } })).toMatchObject({
      body: { joined: null },
    });
    await product.rows(`update visitor_contexts set sent_at = now() - interval '25 hours'`);
    const second = await startChat('chat-2');
    expect(team.card(second).text).not.toContain('Tier');
  });

  it('a relay address joins nobody', async () => {
    const email = 'tickets@annapurna.p.tawk.email';
    const id = await startChat('chat-1', { email });
    expect(await postContext({ email, attributes: { user_tier: 'VIP' } })).toMatchObject({
      status: 422,
      body: { error: 'unprocessable', message: expect.stringContaining('relay') },
    });
    expect(team.card(id).text).toContain(`${email} (a Tawk.to relay, not the customer's own address)`);
  });
});

describe('a signed marker in the name', () => {
  const sign = (id: string, key = contextKey) =>
    `[ctx:${id}:${createHmac('sha256', key).update(`ctx:${id}`).digest('hex').slice(0, 32)}]`;

  it('joins what is told of that user, before and since', async () => {
    await postContext({ email: 'account@example.com', attributes: { user_id: 'user_1', user_tier: 'VIP' } });
    const id = await startChat('chat-1', { name: `Asha Rao ${sign('user_1')}`, email: 'typed@example.com' });
    expect(await only()).toContain('Visitor: Asha Rao\n');
    expect(await only()).toContain('Tier: VIP');
    const more = { email: 'account@example.com', attributes: { user_id: 'user_1', guest_count: 7 } };
    expect(await postContext(more)).toMatchObject({ body: { joined: id } });
    expect(await only()).toContain('Guests: 7');
  });

  it.each([
    ['forged', sign('user_1', 'another-key-0123456789')],
    ['of another user', sign('user_1').replace('user_1', 'user_2')],
    ['cut off', sign('user_1').slice(0, -9)],
    ['without a mac', '[ctx:user_1:]'],
  ])('%s, it joins nothing and does not show either', async (_, marker) => {
    await postContext({ email: 'account@example.com', attributes: { user_id: 'user_1', user_tier: 'VIP' } });
    await postContext({ email: 'account2@example.com', attributes: { user_id: 'user_2', user_tier: 'VIP' } });
    await startChat('chat-1', { name: `Asha ${marker} Rao`, email: 'typed@example.com' });
    const card = await only();
    expect(card).toMatch(/Visitor: Asha( Rao)?\n/);
    expect(card).not.toContain('ctx:');
    expect(card).not.toContain('Tier');
  });

  it('a proven visitor gets nothing that is told of another one with the same e-mail', async () => {
    await postContext({ email: asha, attributes: { user_id: 'user_2', user_tier: 'VIP' } });
    await startChat('chat-1', { name: `Asha ${sign('user_1')}` });
    expect(await only()).not.toContain('Tier');
  });
});

describe('severity', () => {
  it('rises by what the shop knows, and a note says so', async () => {
    const id = await startChat('chat-1', {}, { text: 'I want a refund' });
    expect(await only()).toContain('HIGH');
    await postContext({ chatId: 'chat-1', attributes: { user_tier: 'vip' } });
    expect(await only()).toContain('CRITICAL');
    expect((await team.ask(`/why ${id}`)).text).toContain('the shop sent details of the customer: severity critical');
    await postContext({ chatId: 'chat-1', attributes: { user_tier: 'NONE' } }, seconds() + 1);
    expect(await only()).toContain('CRITICAL');
  });

  it('is right from the first card on', async () => {
    await postContext({ chatId: 'chat-1', attributes: { cart_value: 50_000 } });
    await startChat('chat-1');
    expect(await only()).toContain('HIGH');
    expect(await product.rows(`select 1 from deliveries where kind = 'severity_note'`)).toEqual([]);
  });

  it('stays as a person chose it', async () => {
    const id = await startChat('chat-1');
    await team.waitForButton(id, 'Acknowledge');
    await product.rows(
      `insert into incidence_history (incidence_id, at, action, actor_id, actor, before, after)
       select $1, now(), 'severity', min(id), 'Ana', '{"severity": "high"}', '{"severity": "medium"}' from people`,
      id,
    );
    await postContext({ chatId: 'chat-1', attributes: { cart_value: 90_000 } });
    const card = await only();
    expect(card).toContain('Cart: ₹90,000');
    expect(card).toContain('MEDIUM');
  });
});

describe('what is wrong is refused, and says why', () => {
  const valid = JSON.stringify({ chatId: 'chat-1', attributes: told });
  const many = Object.fromEntries(Array.from({ length: 301 }, (_, index) => [`key-${index}`, index]));

  it.each<[string, () => Promise<Answered>, number, string]>([
    ['another key', () => postContext(valid, seconds(), 'another-key-0123456789'), 401, 'TAWK_CONTEXT_KEY'],
    ['an old timestamp', () => postContext(valid, seconds() - 301), 401, '5 minutes'],
    ['a future timestamp', () => postContext(valid, seconds() + 302), 401, '5 minutes'],
    ['milliseconds', () => postContext(valid, Date.now()), 401, 'whole seconds'],
    ['no signature', () => post(`${product.baseUrl}/api/v1/tawk/context`, valid), 401, 'X-Bellhop-Signature'],
    ['no JSON', () => postContext('{"chatId":'), 400, 'JSON'],
    ['a list', () => postContext('[]'), 422, 'JSON object'],
    ['nobody', () => postContext({ attributes: told }), 422, 'chatId or email'],
    ['no e-mail', () => postContext({ email: 'asha', attributes: told }), 422, 'not an e-mail'],
    ['no attributes', () => postContext({ chatId: 'chat-1' }), 422, 'attributes'],
    ['attributes as text', () => postContext({ chatId: 'chat-1', attributes: 'VIP' }), 422, 'attributes'],
    ['301 names', () => postContext({ chatId: 'chat-1', attributes: many }), 422, 'more than 300'],
    ['over 1 MB', () => postContext({ chatId: 'chat-1', attributes: { a: 'x'.repeat(1_000_000) } }), 413, 'exceeds'],
  ])('%s', async (_, send, status, advice) => {
    const answer = await send();
    expect(answer).toMatchObject({ status, body: { success: false, message: expect.stringContaining(advice) } });
    expect(JSON.stringify(answer.body)).not.toContain(contextKey);
    expect(await product.rows('select 1 from inbound_events')).toEqual([]);
  });

  it('without the key it is not configured', async () => {
    const other = await startProduct();
    const answer = await post(`${other.baseUrl}/api/v1/tawk/context`, valid);
    await other.stop();
    expect(answer).toMatchObject({ status: 503, body: { error: 'not_configured' } });
  });
});

test('hostile attributes are shown as text, change nothing else and are all kept', async () => {
  const id = await startChat('chat-1');
  const deep = `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`;
  const hostile = `{"chatId":"chat-1","attributes":{"__proto__":{"status":"closed"},"constructor":{"prototype":{"x":1}},
    "user_tier":"'};alert(1);//</script><b>","current_screen":{"nested":["x"]},"status":"closed","severity":"critical",
    "cart_value":"-5","deep":${deep}}}`;
  expect(await postContext(hostile)).toEqual({ status: 200, body: { success: true, joined: id } });
  const card = await only();
  expect(card).toContain(`Tier: '};alert(1);//</script><b>`);
  expect(card).toContain('Screen: {"nested":["x"]}');
  expect(card).toContain('• cart_value: -5');
  expect(card).toContain('MEDIUM');
  expect(card).toContain('# · open');
  expect(Reflect.get({}, 'status')).toBeUndefined();
  const [{ context } = { context: [] }] = await product.rows<{ context: { key: string }[] }>(
    'select context from incidences',
  );
  expect(context.map(({ key }) => key).toSorted()).toEqual(
    ['__proto__', 'cart_value', 'constructor', 'current_screen', 'deep', 'severity', 'status', 'user_tier'].toSorted(),
  );
});

test('300 names and nearly 1 MB are taken', async () => {
  const id = await startChat('chat-1');
  const attributes = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`key-${index}`, 'x'.repeat(3_200)]));
  expect(await postContext({ chatId: 'chat-1', attributes })).toEqual({
    status: 200,
    body: { success: true, joined: id },
  });
  expect(await only()).toContain('… and 288 more');
});

test('whatever the order, and however often, the same contexts and events make the same card', async () => {
  const at = seconds();
  const chat = JSON.stringify({ ...start, chatId: 'chat-1' });
  const end = JSON.stringify({ ...fixture('real__chat-end__basic'), chatId: 'chat-1', referrer: start.referrer });
  const steps: (() => Promise<Answered>)[] = [
    () => postTawk(product, chat),
    () => postTawk(product, end),
    () => postContext({ chatId: 'chat-1', attributes: { user_tier: 'VIP', cart_value: 10 } }, at - 3),
    () => postContext({ email: asha, attributes: { user_tier: 'GOLD', order_id: 'order_1' } }, at - 2),
    () =>
      postContext({ chatId: 'chat-1', attributes: { order_id: null, cart_value: 20, current_screen: 'MENU' } }, at - 1),
    () => postContext({ email: asha, attributes: { current_screen: 'CART', friction_score: 0.9 } }, at),
  ];
  const orders = fc.shuffledSubarray([...steps.keys(), ...steps.keys()], { minLength: steps.length * 2 });
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(orders, fc.boolean(), async (order, together) => {
      await forgetEverything(product);
      await product.rows('delete from visitor_contexts');
      const send = async (index: number) => steps[index]?.();
      if (together) await Promise.all(order.map(send));
      else for (const index of order) await send(index);
      // The time is that of the event which came first.
      seen.add((await only()).replace(/^Time: .*$/m, ''));
      const [incidence] = await product.rows<Json>(
        'select severity, stage, app_screen, cart_value, friction_score, status, message from incidences',
      );
      expect(incidence).toEqual({
        severity: 'high',
        stage: 'PRE_ORDER',
        app_screen: 'CART',
        cart_value: 20,
        friction_score: 0.9,
        status: 'open',
        message: start.message.text,
      });
    }),
    { numRuns: 25 },
  );
  expect([...seen].join('\n=====\n')).toBe([...seen][0]);
});

test('a chat that an event id repeats is not joined twice', async () => {
  const eventId = randomUUID();
  const body = chatOf('chat-1');
  await Promise.all([
    postTawk(product, body, eventId),
    postTawk(product, body, eventId),
    postContext({ email: asha, attributes: { user_tier: 'VIP' } }),
  ]);
  expect(await only()).toContain('Tier: VIP');
  expect(product.sandbox.messages(SEED.supportTeam).length).toBeGreaterThan(0);
});
