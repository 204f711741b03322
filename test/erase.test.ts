import { expect, test, type TestContext, vi } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { openChat } from './support/chat.ts';
import { columnsWith, markedTranscript } from './support/marker.ts';
import { launch } from './support/processes.ts';
import { postAlert, postTawk, quiet, startProduct } from './support/product.ts';
import { shownStats } from './support/stats.ts';
import { startWorld } from './support/world.ts';

vi.setConfig({ testTimeout: 120_000 });

async function startErasable(context: TestContext) {
  const world = await startWorld(context);
  const product = await startProduct(world);
  context.onTestFinished(() => product.stop());
  const erase = async (...args: string[]) => {
    const { output, exited } = launch(world, { args: ['erase', ...args] });
    return { ...(await exited), output: output.text() };
  };
  return { world, product, team: openChat(product), erase };
}

const alert = {
  severity: 'high',
  reason: 'PAYMENT_ISSUE',
  conversation_id: 1,
  customer_name: 'Marker Person',
  customer_email: 'Marker@Example.com',
  message: 'marker needs help',
  additional_info: { phone: '+49 marker', title: 'marker', user_id: 'marker-7' },
};

test('after an erasure no column, log line or card has the customer, and every number is as before', async (context) => {
  const { world, product, team, erase } = await startErasable(context);
  await postAlert(product, alert);
  await postAlert(product, {
    ...alert,
    conversation_id: 2,
    customer_name: 'Olga',
    customer_email: 'olga@example.com',
    message: 'Something else',
    additional_info: {},
  });
  await postTawk(product, markedTranscript());
  await team.waitForText('TAWK CHAT');
  await quiet(product);
  // The payload of something that was not understood.
  await postTawk(product, '{"event": "unheard_of", "visitor": {"email": "marker@example.com"}}');
  expect((await team.ask('/close 1 resolved marker: the note')).text).toContain('#1 closed');
  await team.ask('/find marker@example.com');
  await quiet(product);
  await world.rows(`
    insert into visitor_contexts (key, chat_id, email, visitor_id, account, attributes, sent_at)
      values ('k', '', 'marker@example.com', '', '', '[{"key": "name", "value": "marker", "at": 1}]', now());
  `);
  await world.rows(`insert into bot_dialogs (key, state, updated_at) values ('k', '{"note": "marker"}', now())`);
  await world.rows(
    `insert into replies (incidence_id, person_id, text, channel, state, nonce, chat_id, message_id, created_at)
     select 3, min(id), 'marker: the reply', 'API', 'sent', 'n', $1, 7, now() from people`,
    SEED.supportTeam,
  );
  await vi.waitUntil(async () => (await columnsWith(world, 'marker')).includes('search_terms.term'), 20_000);
  const stats = shownStats(await team.ask('/stats'));
  const held = await columnsWith(world, 'marker');
  expect(held).toContain('transcript_messages.text');

  const dry = await erase('--email', 'marker@example.com', '--dry-run');
  expect(dry.output).toContain('Would erase the words and contact data of 2 incidences #1 #3:');
  expect(await columnsWith(world, 'marker')).toEqual(held);

  const done = await erase('--email', 'marker@example.com');
  expect(done.code, done.output).toBe(0);
  expect(done.output).toContain('Erased the words and contact data of 2 incidences #1 #3:');
  expect(done.output).toMatch(/transcripts: 1\n/);
  expect(done.output).toContain('https://t.me/c/2000000100/7');
  expect(done.output.split('\n').find((line) => line.includes('privacy.erased'))).not.toMatch(/marker/i);
  expect(await columnsWith(world, 'marker')).toEqual([]);

  await quiet(product);
  const cards = [team.card(1), team.card(3)];
  for (const { text } of cards) expect(text).not.toMatch(/marker/i);
  expect(team.card(2).text).toContain('Something else');
  expect((await team.ask('/find olga')).text).toContain('#2');
  expect(shownStats(await team.ask('/stats'))).toEqual(stats);
  expect((await team.ask('/why 1')).text).toContain('personal data erased by npm run erase');
  const again = await erase('--email', 'marker@example.com');
  expect(again.output).toContain('0 incidences:');
});

test('the card of an open incidence loses the words, and what the customer writes next is shown', async (context) => {
  const { world, product, team, erase } = await startErasable(context);
  await postAlert(product, { ...alert, additional_info: {} });
  await postAlert(product, {
    ...alert,
    conversation_id: 2,
    customer_email: 'x@example.com',
    message: 'I am not marker@example.com',
  });
  await team.waitForCard(2, 'I am not');
  await quiet(product);
  const { output } = await erase('--email', 'marker@example.com');
  expect(output).toContain('#2 mention it. Read them with /incidence');
  await quiet(product);
  expect(team.card(1).text).not.toMatch(/marker/i);
  expect(team.state(1)).toBe('#1 · open');
  expect(await team.press(1, 'Acknowledge')).toBe('#1 is yours');
  await postAlert(product, { ...alert, message: 'Here I am again', additional_info: {} });
  await team.waitForCard(1, 'Here I am again');

  expect((await erase('--conversation', 'alert:2')).output).toContain('of 1 incidence #2:');
  await world.rows(`update incidences set customer_phone = '+49 1511 765-4321' where id = 1`);
  expect((await erase('--phone', '+4915117654321')).output).toContain('of 1 incidence #1:');
  expect(await columnsWith(world, 'Here I am again')).toEqual([]);
});

test('an erasure that is not clear does nothing and says how it is used', async (context) => {
  const { product, team, erase } = await startErasable(context);
  await postAlert(product, alert);
  await team.waitForCard(1, 'marker needs help');
  const refused = [
    [[], 'Name one customer.'],
    [['--email', 'a@example.com', '--phone', '12345678'], 'Name one customer.'],
    [['--email', 'marker'], '--email must be a whole address.'],
    [['--phone', '12'], '--phone must be a whole number of at least seven digits.'],
    [['--conversation', '12'], '--conversation must be chatwoot, tawk or alert, a colon'],
    [['--email', 'marker@example.com', '--dryrun'], "Unknown option '--dryrun'."],
  ] as const;
  for (const [args, words] of refused) {
    const { code, output } = await erase(...args);
    expect(output).toContain(words);
    expect(output).toContain('Usage: npm run erase');
    expect(code).toBe(1);
  }
  expect(team.card(1).text).toContain('marker needs help');
});
