import { z } from 'zod';
import type { ChatwootFailure } from './chatwoot-error.ts';
import type { ChatwootClient } from './client.ts';
import { chatwootPaths } from './webhook.ts';

/**
 * Exactly what Bellhop reads. `inbox_updated` only comes where Chatwoot runs with ENABLE_INBOX_EVENTS, and harms nowhere.
 * Others, such as contact_updated (with every message), are sent for nothing.
 */
export const neededEvents = [
  'conversation_created',
  'conversation_status_changed',
  'conversation_updated',
  'message_created',
  'message_updated',
  'inbox_updated',
] as const;

const webhookSchema = z.object({
  id: z.number(),
  url: z.string(),
  subscriptions: z.array(z.string()).catch([]),
  secret: z.string().nullish(),
});
export type AccountWebhook = z.infer<typeof webhookSchema>;

const listAnswer = z.object({ payload: z.object({ webhooks: z.array(webhookSchema) }) });
const oneAnswer = z.object({ payload: z.object({ webhook: webhookSchema }) });

type Found<T> = (Readonly<{ ok: true }> & T) | Readonly<{ ok: false; failure: ChatwootFailure }>;

/** Needs an administrator's token. */
export async function fetchWebhooks(
  client: ChatwootClient,
): Promise<Found<Readonly<{ webhooks: readonly AccountWebhook[] }>>> {
  const answer = await client.call('GET', '/webhooks');
  if (!answer.ok) return answer;
  const parsed = listAnswer.safeParse(answer.body);
  return parsed.success ? { ok: true, webhooks: parsed.data.payload.webhooks } : unreadable;
}

function webhookUrl(publicUrl: string): string {
  return `${publicUrl}${chatwootPaths.webhook}`;
}

/** The webhook to Bellhop: at this address, or where that is not known, at any with Bellhop's path. */
export function ourWebhook(
  webhooks: readonly AccountWebhook[],
  publicUrl: string | undefined,
): AccountWebhook | undefined {
  if (publicUrl === undefined) return webhooks.find(({ url }) => url.includes(chatwootPaths.webhook));
  const address = webhookUrl(publicUrl);
  return webhooks.find(({ url }) => url === address || url.startsWith(`${address}/`));
}

/**
 * Makes the account's webhook as Bellhop needs it: creates it, or corrects the events of the one that is there. Returns it
 * with its secret.
 */
export async function provideWebhook(
  client: ChatwootClient,
  publicUrl: string,
): Promise<Found<Readonly<{ webhook: AccountWebhook; what: 'created' | 'corrected' | 'unchanged' }>>> {
  const listed = await fetchWebhooks(client);
  if (!listed.ok) return listed;
  const existing = ourWebhook(listed.webhooks, publicUrl);
  if (existing && missingEvents(existing).length + unneededEvents(existing).length === 0)
    return { ok: true, webhook: existing, what: 'unchanged' };
  const fields = { subscriptions: neededEvents };
  const answer = existing
    ? await client.call('PATCH', `/webhooks/${existing.id}`, { ...fields, url: existing.url })
    : await client.call('POST', '/webhooks', { ...fields, name: 'Bellhop', url: webhookUrl(publicUrl) });
  if (!answer.ok) return answer;
  const parsed = oneAnswer.safeParse(answer.body);
  if (!parsed.success) return unreadable;
  return { ok: true, webhook: parsed.data.payload.webhook, what: existing ? 'corrected' : 'created' };
}

export function missingEvents({ subscriptions }: AccountWebhook): string[] {
  return neededEvents.filter((event) => !subscriptions.includes(event));
}

export function unneededEvents({ subscriptions }: AccountWebhook): string[] {
  const needed: readonly string[] = neededEvents;
  return subscriptions.filter((event) => !needed.includes(event));
}

const unreadable = {
  ok: false,
  failure: { outcome: 'temporary', reason: 'Chatwoot answered with something unreadable' },
} as const;
