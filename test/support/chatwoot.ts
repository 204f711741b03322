import type { TestContext } from 'vitest';
import { type ChatwootPeer, createChatwootPeer } from '../../src/app/sandbox-mode/chatwoot/chatwoot.ts';
import type { Conversation, Message } from '../../src/app/sandbox-mode/chatwoot/records.ts';
import { openChat } from './chat.ts';
import { type Product, type ProductOptions, secrets, startProduct } from './product.ts';
import { createRandom } from './random.ts';
import { waitUntil } from './wait.ts';

/** The product beside a Chatwoot that tells it of everything and takes what it writes. */
export async function startWithChatwoot(
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  options: ProductOptions = {},
) {
  const peer = await startChatwoot({ onTestFinished });
  const product = await startProduct({ ...options, env: { ...chatwootEnv(peer), ...options.env } });
  onTestFinished(product.stop);
  tellProduct(peer, product);
  const team = openChat(product);

  /** The number of the incidence of this conversation, once its card is shown. */
  async function shown({ id }: Pick<Conversation, 'id'>): Promise<number> {
    const incidenceId = await waitUntil(async () => {
      const [row] = await product.rows<{ id: string }>(
        'select max(id) as id from incidences where external_id = $1 having max(id) is not null',
        String(id),
      );
      return row && Number(row.id);
    });
    await team.waitForButton(incidenceId, 'Close');
    return incidenceId;
  }
  return { peer, product, team, shown };
}

export async function startChatwoot({ onTestFinished }: Pick<TestContext, 'onTestFinished'>): Promise<ChatwootPeer> {
  const random = createRandom();
  const peer = createChatwootPeer({ random: () => random(1_000_000) / 1_000_000 });
  await peer.start();
  onTestFinished(peer.stop);
  return peer;
}

/** The settings of a product that works with this Chatwoot. */
export function chatwootEnv(peer: ChatwootPeer): Record<string, string> {
  return {
    CHATWOOT_BASE_URL: peer.baseUrl(),
    CHATWOOT_ACCOUNT_ID: String(peer.accountId),
    CHATWOOT_API_TOKEN: peer.token,
  };
}

export function tellProduct(peer: ChatwootPeer, product: { baseUrl: string }): void {
  peer.addWebhook(`${product.baseUrl}/api/v1/chatwoot/webhook`, secrets.chatwoot);
}

/** A customer's message whose webhook, is sent only by the returned call; all others meanwhile are lost. */
export function writesUnseen(peer: ChatwootPeer, id: number, content: string): () => void {
  const webhooks = peer.world.webhooks.splice(0);
  const message = peer.customerWrites(id, content);
  return () => {
    peer.world.webhooks.push(...webhooks);
    peer.world.emit({ event: 'message_created', conversation: peer.conversation(id), message });
  };
}

/** Resolves when nothing waits to be written; what is held back, so that quick changes of mind are one write, is due at once. */
export async function writtenBack({ rows }: Pick<Product, 'rows'>): Promise<void> {
  await waitUntil(async () => {
    await rows(
      `update desk_writes set noted_at = noted_at - interval '1 minute', status_at = status_at - interval '1 minute'`,
    );
    await rows(`update deliveries set due_at = now() where state = 'waiting' and lane like 'chatwoot:%'`);
    return (await rows(`select 1 from deliveries where state = 'waiting' and lane like 'chatwoot:%'`)).length === 0;
  });
}

/** The private notes of a conversation, the oldest first. */
export function notesOf(peer: ChatwootPeer, id: number): string[] {
  return peer.conversation(id).messages.flatMap((one) => (one.private && one.content !== null ? [one.content] : []));
}

/** What the customer of a conversation was sent, the oldest first. */
export function sentTo(peer: ChatwootPeer, id: number): Message[] {
  return peer.conversation(id).messages.filter((one) => one.type === 'outgoing' && !one.private);
}
