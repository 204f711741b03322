import { z } from 'zod';
import type { ChatwootPeer } from '../chatwoot/chatwoot.ts';
import { priorities } from '../chatwoot/records.ts';

const id = z.int();
const text = z.string().trim().min(1).max(10_000);
/** As Chatwoot takes them. */
const label = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[\p{L}\p{N}_-]{1,60}$/u, 'A label has only letters, digits, hyphens and underscores.');

export const actionSchema = z.discriminatedUnion('do', [
  z.object({ do: z.literal('open'), customer: text.max(100), inboxId: id, text }),
  z.object({ do: z.literal('write'), id, as: z.enum(['customer', 'agent', 'note']), text }),
  z.object({ do: z.literal('status'), id, status: z.enum(['open', 'resolved']) }),
  z.object({ do: z.literal('priority'), id, priority: z.enum(priorities).nullable() }),
  z.object({ do: z.literal('add-label'), id, label }),
  z.object({ do: z.literal('remove-label'), id, label }),
]);

/** What a person does on the panel. Returns the number of the conversation; throws where there is no such conversation. */
export function act(peer: ChatwootPeer, action: z.infer<typeof actionSchema>): number {
  if (action.do === 'open') return open(peer, action);
  const { labels } = peer.conversation(action.id);
  switch (action.do) {
    case 'write':
      if (action.as === 'customer') peer.customerWrites(action.id, action.text);
      else peer.agentWrites(action.id, action.text, { private: action.as === 'note' });
      break;
    case 'status':
      peer.change(action.id, { status: action.status });
      break;
    case 'priority':
      peer.change(action.id, { priority: action.priority });
      break;
    case 'add-label':
      peer.change(action.id, { labels: [...new Set([...labels, action.label])] });
      break;
    case 'remove-label':
      peer.change(action.id, { labels: labels.filter((one) => one !== action.label) });
      break;
  }
  return action.id;
}

function open(
  peer: ChatwootPeer,
  { customer, inboxId, text: content }: { customer: string; inboxId: number; text: string },
): number {
  const email = `${customer.toLowerCase().replaceAll(/[^a-z0-9]+/g, '.')}@example.com`;
  const contact = peer.addContact({ name: customer, email, phone: null });
  return peer.open({ contact, inboxId, content }).id;
}
