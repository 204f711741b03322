import { readFileSync } from 'node:fs';
import { type TestContext, expect, test } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { openChat } from './support/chat.ts';
import { postChatwoot, quiet, startProduct } from './support/product.ts';

const fixture = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`fixtures/chatwoot/${name}.json`, import.meta.url), 'utf8'));

/** Seconds after the conversation began, by Chatwoot's clock. */
const at = (seconds: number) => 1_773_480_400 + seconds;
const conversation = {
  id: 7001,
  status: 'open',
  labels: [],
  messages: [],
  waiting_since: at(0),
  meta: { sender: { name: 'Nora Ek' }, assignee: null },
};
const messageOf = (id: number, seconds: number, content: string, changed: object = {}) => ({
  event: 'message_created',
  id,
  message_type: 'incoming',
  content,
  account: { id: 1 },
  inbox: { id: 9, name: 'Web' },
  created_at: new Date(at(seconds) * 1000).toISOString(),
  conversation: { ...conversation, updated_at: at(seconds) + 0.5 },
  ...changed,
});
const agent = { message_type: 'outgoing', sender: { id: 3, name: 'Priya Raman', type: 'user' } };

async function startTeam({ onTestFinished }: TestContext) {
  const product = await startProduct();
  onTestFinished(() => product.stop());
  const send = async (body: object) => (await postChatwoot(product, JSON.stringify(body))).body['message'];
  return {
    product,
    team: openChat(product),
    settled: () => quiet(product),
    send,
    sendAndSettle: async (body: object) => {
      await send(body);
      await quiet(product);
    },
  };
}

test('a bad rating is an alert: it opens the resolved conversation again, once, and a good one says nothing', async (context) => {
  const { team, send, sendAndSettle, settled } = await startTeam(context);
  await sendAndSettle(fixture('webhook_message_created_incoming'));
  await sendAndSettle(fixture('webhook_conversation_status_changed_resolved'));
  expect(team.state(1)).toContain('closed in Chatwoot');

  const rated = fixture('webhook_message_updated_csat_submitted');
  expect(await send(rated)).toBe('Webhook forwarded to Telegram');
  const card = await team.waitForCard(1, 'LOW_RATING_1_OF_5');
  expect(card.text).toMatch(/CHATWOOT ALERT - HIGH[^]*Two days <to> get my money & no apology 😡[^]*#1 · open$/);
  await team.waitForText('#1 is open again');

  // The same rating under another id, and another change of the resolved conversation: neither closes nor repeats it.
  await sendAndSettle(rated);
  const later = { ...fixture('webhook_conversation_updated_status_resolved'), updated_at: 1_773_481_060.5 };
  await sendAndSettle(later);
  await settled();
  expect(team.state(1)).toBe('#1 · open');
  expect(team.card(1).text).not.toContain('Alerts:');

  const survey = { csat_survey_response: { rating: 4, feedback_message: 'fine' } };
  expect(await send({ ...rated, content_attributes: { submitted_values: survey } })).toBe('Webhook recorded');
});

test('a message that was not delivered is reported under the card with the reason, until another one is', async (context) => {
  const { product, team, sendAndSettle } = await startTeam(context);
  await sendAndSettle(messageOf(1, 1, 'Hello?'));
  await sendAndSettle(messageOf(2, 10, 'We are on it.', agent));
  const failed = messageOf(2, 10, 'We are on it.', {
    ...agent,
    event: 'message_updated',
    content_attributes: { external_error: '131047: Re-engagement message' },
  });
  await sendAndSettle(failed);
  await sendAndSettle(failed);
  const notes = team.messages().filter(({ text }) => text?.includes('was not delivered'));
  expect(notes.map(({ text }) => text)).toEqual([
    '❌ #1: the last message to the customer was not delivered\nChatwoot says: 131047: Re-engagement message',
  ]);
  const call = product.sandbox.calls.find(({ params }) => String(params['text']).includes('was not delivered'));
  expect(JSON.stringify(call?.params)).toContain(`"message_id":${team.card(1).message_id}`);
  expect(team.card(1).text).toContain('Not delivered: 131047: Re-engagement message');

  await sendAndSettle(messageOf(3, 20, 'Once more.', agent));
  expect(team.card(1).text).not.toContain('Not delivered');
});

test('a deleted message leaves the card, also when its deletion is heard of first', async (context) => {
  const { team, sendAndSettle } = await startTeam(context);
  await sendAndSettle(messageOf(1, 1, 'my password is hunter2'));
  const deletion = (id: number) =>
    messageOf(id, 1, 'This message was deleted', { event: 'message_updated', content_attributes: { deleted: true } });
  expect(team.card(1).text).toContain('hunter2');
  await sendAndSettle(deletion(1));
  expect(team.card(1).text).not.toContain('hunter2');
  expect(team.card(1).text).toContain('The message was deleted in Chatwoot.');

  await sendAndSettle(deletion(2));
  await sendAndSettle(messageOf(2, 5, 'my pin is 4711'));
  expect(
    team
      .messages()
      .map(({ text }) => text)
      .join('\n'),
  ).not.toContain('4711');
});

test('admins are notified once when an inbox loses its connection, and when it is back', async (context) => {
  const { product, sendAndSettle } = await startTeam(context);
  const lost = fixture('webhook_inbox_updated_disconnected');
  const back = { ...lost, changed_attributes: [{ reauthorization_required: { current_value: false } }] };
  const told = () =>
    product.sandbox.messages(SEED.carla).flatMap(({ text }) => /inbox 12 .*$/m.exec(text ?? '')?.[0] ?? []);
  await sendAndSettle(lost);
  await sendAndSettle(lost);
  expect(told()).toEqual(['inbox 12 (meridian_cs_bot) lost its connection']);
  await sendAndSettle(back);
  await sendAndSettle(back);
  await sendAndSettle(lost);
  expect(told()).toEqual([
    'inbox 12 (meridian_cs_bot) lost its connection',
    'inbox 12 (meridian_cs_bot) is connected again',
    'inbox 12 (meridian_cs_bot) lost its connection',
  ]);
});

test('a card counts the messages nobody answered, says that nobody is assigned, and shows the newest', async (context) => {
  const { team, sendAndSettle } = await startTeam(context);
  await sendAndSettle(messageOf(1, 1, 'first'));
  expect(team.card(1).text).not.toContain('without an answer');
  await sendAndSettle(messageOf(3, 30, 'third'));
  // Late, by Chatwoot's clock.
  await sendAndSettle(messageOf(2, 20, 'second'));
  expect(team.card(1).text).toContain('Waiting: 3 messages without an answer · since 2026-03-14T09:26:41Z');
  expect(team.card(1).text).toMatch(/Message:\nthird/);

  const status = { ...conversation, event: 'conversation_updated', account: { id: 1 }, updated_at: at(31) };
  await sendAndSettle(status);
  expect(team.card(1).text).toContain('· nobody is assigned');
  await sendAndSettle(messageOf(4, 40, 'an answer', agent));
  expect(team.card(1).text).not.toContain('without an answer');
  await sendAndSettle(messageOf(5, 50, 'thanks'));
  expect(team.card(1).text).not.toContain('without an answer');
});

test('a bot that hands over opens a card, or says so under the one that stands', async (context) => {
  const { team, sendAndSettle } = await startTeam(context);
  await sendAndSettle(fixture('webhook_conversation_created_pending_bot'));
  await sendAndSettle(fixture('agentbot_message_created'));
  expect(team.messages()).toEqual([]);
  // Chatwoot's own hole: with automatic assignment only the assignment is told.
  const handed = { ...fixture('webhook_conversation_updated_assigned'), changed_attributes: [{ assignee_id: {} }] };
  await sendAndSettle(handed);
  expect(team.card(1).text).toContain('Ana Lucía Pereira');

  const pending = { ...fixture('webhook_conversation_status_changed_pending') };
  await sendAndSettle(pending);
  expect(team.card(1).text).toContain('In Chatwoot: pending');
  await sendAndSettle(fixture('agentbot_conversation_opened'));
  await team.waitForText('#1: the bot handed over; a person is needed');
});

test('a missed SLA shows on the card', async (context) => {
  const { team, sendAndSettle } = await startTeam(context);
  const missed = [
    { id: 1, event_type: 'frt' },
    { id: 2, event_type: 'rt' },
    { id: 3, event_type: 'frt' },
  ];
  const body = { ...conversation, event: 'conversation_updated', account: { id: 1 }, updated_at: at(31) };
  await sendAndSettle({
    ...body,
    sla_policy_id: 4,
    applied_sla: { id: 2 },
    sla_events: missed,
    changed_attributes: null,
  });
  expect(team.card(1).text).toContain('SLA missed: first reply, resolution');
  // An event without a word of SLA changes nothing of it.
  await sendAndSettle({ ...body, updated_at: at(40), labels: ['x'] });
  expect(team.card(1).text).toContain('SLA missed: first reply, resolution');
});
