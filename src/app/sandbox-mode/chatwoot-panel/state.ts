import type { Conversation, Message } from '../chatwoot/records.ts';
import type { World } from '../chatwoot/world.ts';
import type { PanelConversation, PanelMessage, PanelState } from './browser/protocol.ts';

/** What fits on a page that a person looks at. */
const mostConversations = 50;
const mostMessages = 100;

export function panelState(world: World): PanelState {
  const newestFirst = [...world.conversations.values()].toSorted((a, b) => b.updatedAt - a.updatedAt);
  return {
    account: world.accountName,
    inboxes: world.inboxes.map(({ id, name }) => ({ id, name })),
    conversations: newestFirst.slice(0, mostConversations).map(panelConversation),
  };
}

function panelConversation(conversation: Conversation): PanelConversation {
  const { id, contact, inbox, status, priority, labels, assignee, waitingSince, messages } = conversation;
  return {
    id,
    customer: { id: contact.id, name: contact.name },
    inbox: inbox.name,
    status,
    priority,
    labels: [...labels],
    assignee: assignee?.name ?? null,
    isWaiting: waitingSince !== null,
    messages: messages.slice(-mostMessages).map(panelMessage),
  };
}

function panelMessage({ id, type, private: isNote, sender, content, status, ...rest }: Message): PanelMessage {
  const error = rest.contentAttributes['external_error'];
  return {
    id,
    kind: type === 'activity' ? 'activity' : type === 'incoming' ? 'customer' : isNote ? 'note' : 'agent',
    from: sender === undefined ? null : sender.kind === 'contact' ? sender.contact.name : nameOf(sender),
    isFromTelegram: 'bellhop' in rest.contentAttributes,
    text: content ?? '',
    files: rest.attachments.map(({ fileName }) => fileName),
    status,
    error: typeof error === 'string' ? error : null,
    at: rest.createdAt.getTime(),
  };
}

function nameOf(sender: Exclude<NonNullable<Message['sender']>, { kind: 'contact' }>): string {
  return sender.kind === 'user' ? sender.user.name : sender.bot.name;
}
