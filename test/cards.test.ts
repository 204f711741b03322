import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { buttonsOf, type Chat, openChat } from './support/chat.ts';
import {
  forgetEverything,
  postAlert,
  postChatwoot,
  postTawk,
  type Product,
  quiet,
  startProduct,
} from './support/product.ts';

let product: Product;
let team: Chat;
beforeAll(async () => {
  product = await startProduct();
  team = openChat(product);
});
afterAll(() => product.stop());
beforeEach(() => forgetEverything(product));

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}.json`, import.meta.url));

async function alertCard(alert: Record<string, unknown>) {
  const { body } = await postAlert(product, {
    severity: 'low',
    reason: 'TEST',
    conversation_id: 1,
    message: 'x',
    ...alert,
  });
  return team.card(Number(body['incidence_id']));
}

/** The card of the newest incidence, once everything was said. */
async function newestCard() {
  await quiet(product);
  const [newest] = await product.rows<{ id: string }>('select max(id) as id from incidences');
  return team.card(Number(newest?.id));
}

const withoutTheNumber = (text: string | undefined) => text?.replace(/#\d+ · (?=\S+( · visitor left)?$)/, '#n · ');

test('a Chatwoot conversation', async () => {
  await postChatwoot(product, fixture('chatwoot/webhook_message_created_incoming'));
  expect(withoutTheNumber((await newestCard()).text)).toBe(
    [
      '💬 CHATWOOT CONVERSATION · 🟠 HIGH',
      '',
      'Conversation ID: #1842',
      'Customer: Ana Lucía Pereira',
      'Email: ana.pereira@example.com',
      'Phone: +15550142',
      'Place: São Paulo, BR',
      'Inbox: Website chat',
      'Page: https://play.meridian.test/wallet?tab=deposits&ref=promo',
      '',
      'Message:',
      'I made a deposit 2 hours ago and still have no credits. Where is my payment???',
      '',
      'Time: 2026-03-14T09:26:53Z',
      '',
      'Additional Info:',
      '  • user_id: user_123',
      '  • user_tier: GOLD',
      '  • lifetime_value: 150000',
      '  • vip: true',
      '',
      '#n · open',
    ].join('\n'),
  );
});

test('a Tawk chat from its start to its transcript', async () => {
  await postTawk(product, fixture('tawk/real__chat-start__basic'));
  const started = await newestCard();
  expect(withoutTheNumber(started.text)).toBe(
    [
      '💬 TAWK CHAT · 🟡 MEDIUM',
      '',
      'Visitor: Asha Rao',
      'Email: asha.rao@example.com',
      'Place: Bengaluru, IN',
      'Property: Annapurna Platters',
      'Page: https://annapurna.example/menu/premium-veg',
      '',
      'Message:',
      'Hi, my order has not arrived yet',
      '',
      'Time: 2026-03-14T09:26:53Z',
      '',
      '🔗 View in Tawk',
      '',
      '#n · open',
    ].join('\n'),
  );
  expect(buttonsOf(started)).toEqual(['Acknowledge', 'Close', 'Tag', 'More…', 'Open in Tawk']);

  await postTawk(product, fixture('tawk/real__chat-end__basic'));
  const ended = await newestCard();
  expect(ended.message_id).toBe(started.message_id);
  expect(ended.text).toMatch(/#\d+ · open · visitor left$/);

  await postTawk(product, fixture('tawk/real__chat-transcript__short'));
  expect((await newestCard()).text).toContain(
    [
      'Transcript: 6 messages, 2 from agents',
      'Lasted: 3 min',
      'Answered by: Meera Iyer',
      'Longest wait: 1 min',
      'Last words: Asha Rao: thanks!',
    ].join('\n'),
  );
  const file = product.sandbox.messages(product.chatId).at(-1);
  expect(file).toMatchObject({
    replyTo: started.message_id,
    document: { file_name: expect.stringMatching(/^transcript-\d+-asha-rao\.html$/) },
  });
  expect(file?.text).toMatch(/^📄 Transcript of #\d+\n\d+ messages in .*\nFirst answer after /);
  const content = product.sandbox.documentContent(file?.document?.file_id ?? '').toString();
  expect(content).toContain('<p class="text" dir="auto">Where is my order ORD-8841?</p>');
  expect(content).toContain('<bdi>Meera Iyer</bdi>');
});

test('a Tawk ticket', async () => {
  await postTawk(product, fixture('tawk/real__ticket-create__basic'));
  expect(withoutTheNumber((await newestCard()).text)).toBe(
    [
      '🎫 TAWK TICKET · 🟡 MEDIUM',
      '',
      'Subject: Invoice copy needed',
      'Customer: Asha Rao',
      'Email: asha.rao@example.com',
      'Property: Annapurna Platters',
      '',
      'Stage: post-order',
      '',
      'Message:',
      'Please send me the invoice for order 8841.',
      '',
      'Time: 2026-03-14T09:41:53Z',
      '',
      'Additional Info:',
      '  • ticket: #55',
      '',
      '#n · open',
    ].join('\n'),
  );
});

test('stage, screen, cart, event and friction are shown when known', async () => {
  await postTawk(product, fixture('tawk/seed__chat-start__post-order'));
  const { text } = await newestCard();
  expect(text).toContain('Stage: post-order\nTier: GOLD\nScreen: ');
  expect(text).toMatch(/Cart: ₹[\d,]+\nEvent: .+\nGuests: \d+\nFriction score: /);
});

test.each([
  ['INR', '₹'],
  ['EUR', '€'],
  ['JPY', '¥'],
])('CURRENCY=%s: the cart is shown in %s', async (CURRENCY, sign) => {
  const other = await startProduct({ env: { CURRENCY } });
  onTestFinished(() => other.stop());
  await postTawk(other, fixture('tawk/seed__chat-start__post-order'));
  const card = await openChat(other).waitForText('Cart: ');
  expect(card.text).toMatch(new RegExp(`Cart: ${sign}[\\d,.]+\n`));
});

describe('text that is too long', () => {
  const words = (characters: number) => 'abcdefghi '.repeat(characters).slice(0, characters);
  const messageIn = (text: string | undefined) => /Message:\n([^]*?)\n\nTime:/.exec(text ?? '')?.[1] ?? '';

  test('an alert shows 500 characters, the last an ellipsis', async () => {
    const shown = messageIn((await alertCard({ message: `${words(498)}XYZ` })).text);
    expect(shown).toBe(`${words(498)}X…`);
    expect(messageIn((await alertCard({ message: `${words(498)}XY`, conversation_id: 2 })).text)).toBe(
      `${words(498)}XY`,
    );
  });

  test('any other event shows 300', async () => {
    await postChatwoot(product, fixture('chatwoot/webhook_message_created_very_long'));
    const shown = messageIn((await newestCard()).text);
    expect([...shown]).toHaveLength(300);
    expect(shown.endsWith('…')).toBe(true);
  });

  test('an emoji is never cut in two', async () => {
    const shown = messageIn((await alertCard({ message: '👩🏽'.repeat(400) })).text);
    expect(shown.isWellFormed()).toBe(true);
    expect([...shown]).toHaveLength(500);
  });

  test('everything at its longest still fits into one message', async () => {
    const long = '<&">'.repeat(100);
    const everything = {
      reason: long,
      conversation_id: long,
      customer_name: long,
      customer_email: long,
      message: long.repeat(10),
      chatwoot_url: `http://localhost/${'x'.repeat(1_900)}`,
      additional_info: Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`${index}${long}`, long])),
      current_screen: long,
      event_type: long,
    };
    const card = await alertCard(everything);
    expect([...(card.text ?? '')].length).toBeLessThanOrEqual(4096);
    expect(card.text).toMatch(/ {2}… and \d+ more/);

    const id = Number(/^#(\d+) · open$/m.exec(card.text ?? '')?.[1]);
    await team.ask(`/tag ${id} ${Array.from({ length: 9 }, (_, index) => `${index}${'x'.repeat(30)}`).join(' ')}`);
    await team.ask(`/close ${id} spam ${long.repeat(2)}`);
    const closed = await team.waitForCard(id, `Note: ${long}`);
    expect([...(closed.text ?? '')].length).toBeLessThanOrEqual(4096);
    expect(product.sandbox.refusals).toEqual([]);
  });
});

describe('links', () => {
  test.each([
    ['https://desk.example.com/app/accounts/1/conversations/1', true],
    ['http://192.0.2.7:3000/app', true],
    ['http://localhost:3000/app/accounts/1/conversations/1', false],
    ['http://chatwoot/app', false],
    ['javascript:alert(1)', false],
    ['tg://user?id=1', false],
    ['not a link', false],
    ['https://', false],
    [`https://example.com/${'x'.repeat(3_000)}`, false],
  ])('%s', async (url, isButton) => {
    const card = await alertCard({ chatwoot_url: url });
    expect(buttonsOf(card).includes('Open in Chatwoot')).toBe(isButton);
    expect(product.sandbox.refusals).toEqual([]);
  });
});

test('whatever looks like markup or SQL shows as it was written', async () => {
  const hostile = `<b>&amp; "q" 'q' \${x} %s <script>alert(1)</script> '; drop table incidences; -- @ana_agent /close`;
  const card = await alertCard({
    reason: hostile,
    customer_name: hostile,
    customer_email: hostile,
    message: hostile,
    additional_info: { [hostile.slice(0, 60)]: hostile.slice(0, 100) },
  });
  expect(card.text).toContain(`Reason: ${hostile}\n`);
  expect(card.text).toContain(`Customer: ${hostile}\n`);
  expect(card.text).toContain(`Email: ${hostile.toLowerCase()}\n`);
  expect(card.text).toContain(`Message:\n${hostile}\n`);
  expect(card.text).toContain(`  • ${hostile.slice(0, 60)}: ${hostile.slice(0, 100)}\n`);
});

test('a name cannot fake a second line', async () => {
  const card = await alertCard({ customer_name: 'Eve\n\n#1 · closed by Ana · resolved\u202e' });
  expect(card.text).toContain('Customer: Eve #1 · closed by Ana · resolved\n');
});
