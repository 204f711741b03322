import { randomInt } from 'node:crypto';
import type { SampleResult, SampleStep } from 'telegram-sandbox/page';
import type { ChatwootPeer } from './chatwoot/chatwoot.ts';
import { adoptConversation } from './chatwoot/conversation-messages.ts';
import type { SampleName } from './samples.ts';
import { CUSTOMERS, type Customer, OPENING_LINES, pick } from './samples/customers.ts';

export type SampleConversationPlace = Readonly<{ conversationId: number; url: string }>;

/** The sandbox's Chatwoot, as samples use it: what Bellhop is told is so there, and what people do is written back. */
export type SampleDesk = Readonly<{
  /** A conversation for an alert to be about. */
  conversationOf: (customer: Customer) => SampleConversationPlace;
  /** Does in Chatwoot what the sample is of, so that its webhooks tell; undefined for samples of something else. */
  play: (name: SampleName) => Promise<SampleResult | undefined>;
}>;

export function createSampleDesk(peer: ChatwootPeer): SampleDesk {
  let last: number | undefined;

  function start(): number {
    const turn = randomInt(1000);
    const { name, email } = pick(CUSTOMERS, turn);
    const contact = peer.addContact({ name, email, phone: null });
    last = peer.open({ contact, content: pick(OPENING_LINES, turn) }).id;
    return last;
  }

  function resolve(): void {
    const isOpen = last !== undefined && peer.conversation(last).status === 'open';
    peer.change(isOpen && last !== undefined ? last : start(), { status: 'resolved' });
  }

  return {
    conversationOf: ({ name, email }) => {
      const { id } = adoptConversation(peer.world, peer.world.nextId('conversation'), { name, email });
      return { conversationId: id, url: `${peer.baseUrl()}/app/accounts/${peer.accountId}/conversations/${id}` };
    },
    play: async (name) => {
      if (name !== 'chatwoot-conversation' && name !== 'chatwoot-resolved') return undefined;
      const before = peer.webhooks.sent().length;
      if (name === 'chatwoot-conversation') start();
      else resolve();
      await peer.webhooks.idle();
      const steps = peer.webhooks.sent().slice(before).map(stepOf);
      return { ok: steps.every(({ status }) => status >= 200 && status < 300), steps };
    },
  };
}

function stepOf({
  event,
  result,
  conversationId,
  ms,
}: ReturnType<ChatwootPeer['webhooks']['sent']>[number]): SampleStep {
  const status = typeof result === 'number' ? result : 0;
  const answer = { conversation: conversationId, see: 'the tab Chatwoot' };
  return { method: 'POST', path: '/api/v1/chatwoot/webhook', about: event, status, ms, answer };
}
