import { z } from 'zod';
import type { ChatwootFailure } from './chatwoot-error.ts';
import type { ChatwootClient } from './client.ts';

/** Chatwoot keeps keys of content_attributes that it does not know, and sends them back in its webhooks. */
const markerSchema = z.object({ bellhop: z.object({ incidence: z.number(), nonce: z.string() }) });

/** The mark on everything we write: which incidence it belongs to, and which write it is. */
export function markerOf(incidence: number, nonce: string): z.infer<typeof markerSchema> {
  return { bellhop: { incidence, nonce } };
}

export const markedSchema = z.object({
  id: z.number(),
  status: z.enum(['sent', 'delivered', 'read', 'failed']).catch('sent'),
  content_attributes: z.unknown(),
});
const pageSchema = z.object({ payload: z.array(markedSchema) });

export type MarkedMessage = z.infer<typeof markedSchema>;

/** Pages of 20 to look through: what is looked for was written moments or a restart ago. */
const maxPages = 10;

/** The message of a conversation that carries this mark: Chatwoot has no idempotency key, so what may be there is looked for. */
export async function findMarked(
  client: ChatwootClient,
  conversationId: string,
  nonce: string,
): Promise<
  Readonly<{ ok: true; message: MarkedMessage | undefined }> | Readonly<{ ok: false; failure: ChatwootFailure }>
> {
  let before: number | undefined;
  for (let page = 0; page < maxPages; page += 1) {
    const place = before === undefined ? '' : `?before=${before}`;
    const answer = await client.call('GET', `/conversations/${conversationId}/messages${place}`);
    if (!answer.ok) return answer;
    const messages = pageSchema.safeParse(answer.body).data?.payload;
    if (!messages)
      return { ok: false, failure: { outcome: 'temporary', reason: 'Chatwoot answered with something unreadable' } };
    const found = messages.find((one) => markerSchema.safeParse(one.content_attributes).data?.bellhop.nonce === nonce);
    if (found || messages.length === 0) return { ok: true, message: found };
    before = messages[0]?.id;
  }
  return { ok: true, message: undefined };
}
