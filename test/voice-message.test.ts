import { type TestContext, expect, test } from 'vitest';
import { openChat } from './support/chat.ts';
import { postChatwoot, quiet, startProduct } from './support/product.ts';

const conversation = {
  id: 560,
  status: 'open',
  messages: [],
  labels: ['vip'],
  meta: { sender: { name: 'Nora Ek' } },
};
const message = {
  event: 'message_created',
  id: 5601,
  message_type: 'incoming',
  content: null,
  account: { id: 1 },
  inbox: { id: 9, name: 'WA' },
  conversation,
};
const audio = { id: 1, file_type: 'audio', data_url: 'https://desk.example.net/x/8c1f-2b.oga', file_size: 4096 };
const silent = { ...message, attachments: [{ ...audio, transcribed_text: '' }] };
const words = 'my card was charged twice, this is fraud, call me now';
const transcribed = { ...message, event: 'message_updated', attachments: [{ ...audio, transcribed_text: words }] };

async function startTeam({ onTestFinished }: TestContext) {
  const product = await startProduct();
  onTestFinished(() => product.stop());
  return {
    team: openChat(product),
    settled: () => quiet(product),
    send: async (body: object) => (await postChatwoot(product, JSON.stringify(body))).body['message'],
  };
}

test('the words of a voice message come to its card when they are transcribed, and raise its severity once', async (context) => {
  const { team, send, settled } = await startTeam(context);
  await send(silent);
  expect((await team.waitForCard(1, 'open')).text).toMatch(/MEDIUM[^]*🎤 Voice message: 8c1f-2b\.oga, 4 KB/);

  expect(await send(transcribed)).toBe('Webhook forwarded to Telegram');
  await team.waitForText('fraud');
  await settled();
  expect(team.card(1).text).toMatch(/CRITICAL[^]*🎤 my card was charged twice/);
  const before = team.messages().length;

  expect(await send({ ...transcribed, content_attributes: { translations: {} } })).toBe(
    'Webhook forwarded to Telegram',
  );
  await settled();
  expect(team.messages()).toHaveLength(before);
});

test('a transcription opens nothing that was closed meanwhile', async (context) => {
  const { team, send, settled } = await startTeam(context);
  await send({ ...silent, created_at: '2026-01-31T08:00:00Z' });
  await team.waitForButton(1, 'Acknowledge');
  expect((await team.ask('/close 1')).text).toContain('#1 closed');
  await send({ ...transcribed, created_at: '2026-01-31T08:00:00Z' });
  await settled();
  expect(team.state(1)).toContain('closed');
});

test('labels that were removed in Chatwoot leave the card; an event without labels keeps them', async (context) => {
  const { team, send, settled } = await startTeam(context);
  await send({ ...message, content: 'hello' });
  expect((await team.waitForCard(1, 'open')).text).toContain('labels: vip');

  const { labels: _, ...unlabelled } = conversation;
  await send({ ...message, id: 5602, content: 'still here', conversation: unlabelled });
  await team.waitForCard(1, 'still here');
  expect(team.card(1).text).toContain('labels: vip');

  await send({ ...message, id: 5603, content: 'and now', conversation: { ...conversation, labels: [] } });
  await team.waitForCard(1, 'and now');
  await settled();
  expect(team.card(1).text).not.toContain('labels');
});
