import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { Message } from 'telegram-sandbox';
import { expect, test, vi } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { type Chat, openChat } from './support/chat.ts';
import { chatwootEnv, sentTo, startChatwoot, startWithChatwoot, tellProduct } from './support/chatwoot.ts';
import { startProcess } from './support/processes.ts';
import { quiet } from './support/product.ts';
import { waitUntil } from './support/wait.ts';
import { connectTo, cutConnections, found, startWorld } from './support/world.ts';

vi.setConfig({ testTimeout: 90_000 });

const send = 'Send to the customer';

async function pressReply(team: Chat, number: number): Promise<void> {
  await team.press(number, 'More…');
  await team.waitForButton(number, 'Reply');
  await team.press(number, 'Reply');
}

/** The bot's question for a reply, once it stands. */
async function asked(team: Chat, number: number): Promise<Message> {
  await pressReply(team, number);
  return team.waitForText(`your answer to the customer of #${number}`);
}

test('a reply is asked for, previewed, sent once, and its receipts show on the card', async (context) => {
  const { peer, product, team, shown } = await startWithChatwoot(context);
  const conversation = peer.open();
  const { id } = conversation;
  const number = await shown(conversation);
  const question = await asked(team, number);
  expect(question.text).toContain('(website chat)');
  expect(question.reply_markup).toMatchObject({ force_reply: true });

  const preview = await team.ask('It is on its way!\n\n{{contact.email}}', SEED.ana, question.message_id);
  expect(preview.text).toContain(`Preview for #${number} · to Ana Lucía Pereira by website chat`);
  expect(preview.text).toContain('It is on its way!\n\n{{contact.email}}\n\n— Ana');
  expect(sentTo(peer, id)).toEqual([]);

  expect(await team.pressUnder(preview, send, SEED.ben)).toContain('Only Ana');
  const answers = await Promise.all([team.pressUnder(preview, send), team.pressUnder(preview, send)]);
  expect(answers.toSorted()).toEqual(['Already sent', 'Being sent to the customer']);
  await team.waitForText('✅ Sent to the customer.');
  await team.waitForCard(number, 'Reply: sent · Ana');
  const [message] = sentTo(peer, id);
  expect(message?.content?.replaceAll('\u200B', '')).toBe('It is on its way!\n\n{{contact.email}}\n\n— Ana');
  expect(sentTo(peer, id)).toHaveLength(1);
  await team.waitForCard(number, 'Answered: ');

  peer.receipt(id, message?.id ?? 0, 'delivered');
  await team.waitForCard(number, 'Reply: delivered · Ana');
  peer.receipt(id, message?.id ?? 0, 'read');
  await team.waitForCard(number, 'Reply: read by the customer · Ana');
  expect(await product.rows(`select actor from incidence_history where action = 'reply'`)).toEqual([{ actor: 'Ana' }]);
});

test('/reply shows the preview and sends nothing; Change asks again, Discard ends it', async (context) => {
  const { peer, product, team, shown } = await startWithChatwoot(context);
  const conversation = peer.open();
  const number = await shown(conversation);
  const preview = await team.ask(`/reply ${number} first try\nsecond line`);
  expect(preview.text).toContain('first try\nsecond line\n\n— Ana');
  expect(await team.pressUnder(preview, 'Change')).toBe('Reply to my message with your answer');
  const question = await team.waitForText(`your answer to the customer of #${number}`);
  const better = await team.ask('better', SEED.ana, question.message_id);
  expect(better.text).toContain('better\n\n— Ana');
  expect(await team.pressUnder(better, 'Discard')).toContain('nothing was sent');
  await quiet(product);
  expect(team.messages().filter(({ text }) => text?.includes('Discarded: nothing was sent.'))).toHaveLength(2);
  expect(sentTo(peer, conversation.id)).toEqual([]);
  expect((await team.ask('/reply 42')).text).toContain('For example /reply 42');
});

test('a file goes along, and Chatwoot’s refusal is said with its reason', async (context) => {
  const { peer, product, team, shown } = await startWithChatwoot(context);
  const conversation = peer.open();
  const number = await shown(conversation);
  const question = await asked(team, number);
  const typed = { chatId: SEED.supportTeam, by: SEED.ana, text: 'Your receipt', replyTo: question.message_id };
  product.sandbox.upload(typed, { name: 'receipt.pdf', mime: 'application/pdf', bytes: Buffer.from('%PDF-1.7') });
  const preview = await team.waitForText('📎 receipt.pdf (1 kB)');
  peer.rest.add({ match: /messages$/, as: { status: 422, body: { error: 'Attachment is invalid' } }, times: 1 });
  await team.pressUnder(preview, send);
  await team.waitForText('Reason: Chatwoot answered 422 (Attachment is invalid)');
  await team.waitForCard(number, 'Reply: failed · Ana');

  const failed = await team.ask('/failed');
  await team.pressUnder(failed, `Retry #${number}`);
  await team.waitForCard(number, 'Reply: sent · Ana');
  const [message] = sentTo(peer, conversation.id);
  // A form's lines end as HTTP has it.
  expect(message?.content?.replaceAll('\r\n', '\n')).toBe('Your receipt\n\n— Ana');
  expect(message?.attachments.map((one) => [one.fileName, one.bytes.toString()])).toEqual([
    ['receipt.pdf', '%PDF-1.7'],
  ]);
});

test('a photo goes along as a picture', async (context) => {
  const { peer, product, team, shown } = await startWithChatwoot(context);
  const conversation = peer.open();
  const number = await shown(conversation);
  const question = await asked(team, number);
  const picture = readFileSync(new URL('../docs/card.png', import.meta.url));
  const typed = { chatId: SEED.supportTeam, by: SEED.ana, text: 'This one', replyTo: question.message_id };
  product.sandbox.uploadPhoto(typed, { name: 'card.png', mime: 'image/png', bytes: picture });
  await team.pressUnder(await team.waitForText('📎 photo.jpg'), send);
  await team.waitForCard(number, 'Reply: sent · Ana');
  const [message] = sentTo(peer, conversation.id);
  expect(message?.content?.replaceAll('\r\n', '\n')).toBe('This one\n\n— Ana');
  expect(message?.attachments.map((one) => [one.fileName, one.bytes.equals(picture)])).toEqual([['photo.jpg', true]]);
});

test('outside the channel’s window nobody is asked to type; a late failure shows with its reason', async (context) => {
  const { peer, team, shown } = await startWithChatwoot(context);
  const conversation = peer.open({ inboxId: 14 });
  const number = await shown(conversation);
  peer.setCanReply(conversation.id, false);
  await pressReply(team, number);
  await team.waitForText("WhatsApp doesn't accept a message now");
  expect(team.messages().some(({ text }) => text?.includes('with your answer'))).toBe(false);

  peer.setCanReply(conversation.id, true);
  const preview = await team.ask(`/reply ${number} hello`);
  peer.setCanReply(conversation.id, false);
  await team.pressUnder(preview, send);
  await team.waitForCard(number, 'Outside of the 24 hour messaging window');
  await team.waitForCard(number, 'Reply: failed · Ana');
});

test('saved answers are buttons, with the names filled in', async (context) => {
  const { peer, team, shown } = await startWithChatwoot(context);
  peer.addCannedResponse('refund', 'Hi {{contact.first_name}}, your refund is on its way.');
  const conversation = peer.open();
  const number = await shown(conversation);
  await asked(team, number);
  const answers = await team.waitForText(`Saved answers for #${number}`);
  await team.pressUnder(answers, 'refund');
  const preview = await team.waitForText('Hi Ana, your refund is on its way.');
  await team.pressUnder(preview, send);
  await waitUntil(() => sentTo(peer, conversation.id).length === 1);
});

test('killed between the press and Chatwoot’s answer, a reply still arrives once', async (context) => {
  const world = await startWorld(context);
  const peer = await startChatwoot(context);
  const env = chatwootEnv(peer);
  const first = await startProcess(world, { env });
  tellProduct(peer, first);
  const team = openChat(world);
  const { id } = peer.open();
  await team.waitForButton(1, 'More…');
  const write = async (text: string) => team.pressUnder(await team.ask(`/reply 1 ${text}`), send);
  const contents = () => sentTo(peer, id).map(({ content }) => content);

  // Before Chatwoot took it.
  peer.rest.add({ match: /^POST .*messages$/, as: 'hang', times: 1 });
  await write('first');
  await waitUntil(() => peer.requests().some(({ method, path }) => method === 'POST' && path.endsWith('/messages')));
  first.signal('SIGKILL');
  await first.exited;
  expect(contents()).toEqual([]);
  const second = await startProcess(world, { env });
  await waitUntil(() => contents().length === 1);
  await team.waitForText('✅ Sent to the customer.');

  // After Chatwoot took it, before it said so.
  peer.rest.add({ match: /^POST .*messages$/, as: 'hang-after', times: 1 });
  await write('second');
  await waitUntil(() => contents().length === 2);
  second.signal('SIGKILL');
  await second.exited;
  await startProcess(world, { env });
  await waitUntil(() => team.messages().filter(({ text }) => text?.includes('✅ Sent to the customer.')).length === 2);
  expect(contents()).toEqual(['first\n\n— Ana', 'second\n\n— Ana']);
});

test('a sender that stands still before it writes and is replaced does not send the reply a second time', async (context) => {
  const world = await startWorld(context);
  const peer = await startChatwoot(context);
  const env = chatwootEnv(peer);
  const first = await startProcess(world, { env });
  await first.said('telegram.connected');
  const second = await startProcess(world, { env });
  tellProduct(peer, second);
  const team = openChat(world);
  const { id } = peer.open();
  await team.waitForButton(1, 'More…');
  // Whoever is about to write it is held up.
  const holder = await connectTo(world.databaseUrl);
  context.onTestFinished(() => holder.end());
  await holder.query(`
    create function hold_up() returns trigger language plpgsql as
      $$ begin perform pg_advisory_xact_lock(42); return new; end $$;
    create trigger hold_up before update on replies for each row when (new.state = 'sending')
      execute function hold_up();
    select pg_advisory_lock(42)`);
  await team.pressUnder(await team.ask('/reply 1 Hello'), send);
  await found(world, `select 1 from pg_stat_activity where wait_event = 'advisory' and query like 'update "replies"%'`);
  first.signal('SIGSTOP');
  await cutConnections(world, 'sender');
  await second.said('sender.took_over');
  await holder.query('select pg_advisory_unlock(42)');
  await team.waitForText('✅ Sent to the customer.');

  first.signal('SIGCONT');
  await first.said('sender.lock_lost');
  second.signal('SIGKILL');
  // It has ended what it was doing when it stood still.
  await first.said('sender.took_over', 2);
  expect(sentTo(peer, id).map(({ content }) => content)).toEqual(['Hello\n\n— Ana']);
});

test('nothing that is typed or pressed in the group reaches a customer but by the preview’s button', async (context) => {
  const { peer, product, team, shown } = await startWithChatwoot(context);
  const conversation = peer.open();
  const number = await shown(conversation);
  const people = [SEED.ana, SEED.ben, SEED.carla];
  const person = fc.constantFrom(...people);
  const words = fc.constantFrom('hello', 'It is on its way!', 'yes', `#${number}`, send, '🙂', '/cancel');
  const step = fc.oneof(
    fc.record({ kind: fc.constant('type' as const), by: person, text: words }),
    fc.record({ kind: fc.constant('answer' as const), by: person, text: words, back: fc.nat(6) }),
    fc.record({ kind: fc.constant('command' as const), by: person, text: words }),
    fc.record({ kind: fc.constant('press' as const), by: person, at: fc.nat(20) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      for (const one of steps) {
        const { messages } = team;
        if (one.kind === 'type') team.typed(one.text, one.by);
        else if (one.kind === 'command') await team.ask(`/reply ${number} ${one.text}`, one.by);
        else if (one.kind === 'answer') team.typed(one.text, one.by, messages().at(-1 - one.back)?.message_id);
        else await pressAny(team, one.by, one.at);
      }
      expect(sentTo(peer, conversation.id)).toEqual([]);
    }),
    { numRuns: 12 },
  );
  await quiet(product);
  expect(sentTo(peer, conversation.id)).toEqual([]);
  // The same world, and the one thing that does send.
  const preview = await team.ask(`/reply ${number} now`);
  await team.pressUnder(preview, send);
  await waitUntil(() => sentTo(peer, conversation.id).length === 1);
});

/** One of the buttons in the chat that is not the one that sends. */
async function pressAny(team: Chat, by: number, at: number): Promise<void> {
  const buttons = team
    .messages()
    .slice(-12)
    .flatMap((message) =>
      (message.reply_markup?.inline_keyboard ?? [])
        .flat()
        .filter((button) => 'callback_data' in button && button.text !== send)
        .map(({ text }) => ({ message, text })),
    );
  const button = buttons[at % Math.max(buttons.length, 1)];
  if (button) await team.pressUnder(button.message, button.text, by).catch(() => undefined);
}

test('what may have arrived is not sent again while it cannot be looked up', async (context) => {
  const { peer, product, team, shown } = await startWithChatwoot(context);
  const conversation = peer.open();
  const number = await shown(conversation);
  const preview = await team.ask(`/reply ${number} once`);
  peer.rest.add({ match: /^POST .*messages$/, as: 'cut-after', times: 1 });
  peer.rest.add({ match: /^GET .*messages$/, as: { status: 401, body: { error: 'not for you' } }, times: 1 });
  await team.pressUnder(preview, send);
  await waitUntil(async () => (await product.rows(`select 1 from deliveries where state = 'dead'`)).length === 1);
  const failed = await team.ask('/failed');
  expect(failed.text).toContain('it may have arrived');
  await team.waitForCard(number, 'Reply: not known whether it arrived, see /failed · Ana');
  await team.waitForText("It isn't known whether this arrived");
  await team.pressUnder(failed, `Retry #${number}`);
  await team.waitForText('✅ Sent to the customer.');
  await team.waitForCard(number, 'Reply: sent · Ana');
  expect(sentTo(peer, conversation.id)).toHaveLength(1);
});
