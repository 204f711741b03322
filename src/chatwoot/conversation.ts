import { z } from 'zod';
import type { ChatwootFailure } from './chatwoot-error.ts';
import type { ChatwootClient } from './client.ts';

/** What we read of `GET conversations/{id}` (its `_conversation.json.jbuilder`). `assignee` is left out when nobody is. */
const conversationSchema = z.object({
  status: z.enum(['open', 'resolved', 'pending', 'snoozed']),
  updated_at: z.number(),
  /** null where it is snoozed until the customer writes. */
  snoozed_until: z.iso.datetime({ offset: true }).nullish().catch(undefined),
  priority: z.string().nullish(),
  meta: z.object({ assignee: z.object({ id: z.number() }).nullish() }),
});

export type DeskConversation = z.infer<typeof conversationSchema>;

export async function fetchConversation(
  client: ChatwootClient,
  id: string,
): Promise<Readonly<{ ok: true; conversation: DeskConversation }> | Readonly<{ ok: false; failure: ChatwootFailure }>> {
  const answer = await client.call('GET', `/conversations/${id}`);
  if (!answer.ok) return answer;
  const parsed = conversationSchema.safeParse(answer.body);
  if (parsed.success) return { ok: true, conversation: parsed.data };
  return { ok: false, failure: { outcome: 'temporary', reason: 'Chatwoot answered with something unreadable' } };
}
