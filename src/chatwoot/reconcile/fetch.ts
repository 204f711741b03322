import { z } from 'zod';
import type { ChatwootClient } from '../client.ts';
import type { ListedMessage } from './missed.ts';

const message = z.looseObject({
  id: z.number(),
  created_at: z.number(),
  message_type: z.unknown(),
  private: z.unknown(),
});
const messagesAnswer = z.object({ payload: z.array(message) });
/** Only these names: administrators get the credentials of the channels as well. */
const inboxesAnswer = z.object({ payload: z.array(z.object({ id: z.number(), name: z.string() })) });

/** Chatwoot's own numbers. */
const incomingAndOutgoing: readonly unknown[] = [0, 1];

/** What customers and the team wrote since then, of the latest 20 messages; undefined where Chatwoot does not answer. */
export async function fetchMessages(
  client: ChatwootClient,
  conversationId: number,
  since: Date,
): Promise<ListedMessage[] | undefined> {
  const answer = await client.call('GET', `/conversations/${conversationId}/messages`);
  const found = answer.ok ? messagesAnswer.safeParse(answer.body).data : undefined;
  return found?.payload.filter(
    ({ created_at: at, message_type: type, private: isPrivate }) =>
      at * 1000 >= since.getTime() && incomingAndOutgoing.includes(type) && isPrivate !== true,
  );
}

/** Webhooks name the inbox, REST only its number. Empty where Chatwoot does not answer. */
export async function fetchInboxNames(client: ChatwootClient): Promise<ReadonlyMap<number, string>> {
  const answer = await client.call('GET', '/inboxes');
  const found = answer.ok ? inboxesAnswer.safeParse(answer.body).data : undefined;
  return new Map(found?.payload.map(({ id, name }) => [id, name]));
}
