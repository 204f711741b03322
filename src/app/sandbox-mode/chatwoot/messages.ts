import type { Actor, Attachment, Conversation, Message, MessageType } from './records.ts';
import { renderLiquid } from './liquid.ts';
import type { World } from './world.ts';

export type NewMessage = Readonly<{
  type: MessageType;
  content: string | null;
  private?: boolean;
  contentAttributes?: Record<string, unknown>;
  sender?: Actor;
  echoId?: string | undefined;
  sourceId?: string | null;
  attachments?: readonly Attachment[];
}>;

/** Above this, Chatwoot answers 422 `Too many messages`. */
const maxPerMinute = 200;

export class TooManyMessages extends Error {
  override name = 'TooManyMessages';
}

/** Stores a message and tells the webhooks of it. What it changes about its conversation is up to the caller. */
export function addMessage(world: World, conversation: Conversation, given: NewMessage): Message {
  const at = world.now();
  const recent = conversation.messages.filter(({ createdAt }) => at.getTime() - createdAt.getTime() < 60_000);
  if (recent.length >= maxPerMinute) throw new TooManyMessages('Too many messages');
  const isOutgoing = given.type === 'outgoing' || given.type === 'template';
  const { contact } = conversation;
  const variables = { 'contact.name': contact.name, 'contact.email': contact.email, 'contact.phone': contact.phone };
  const message: Message = {
    id: world.nextId('message'),
    conversationId: conversation.id,
    type: given.type,
    private: given.private ?? false,
    createdAt: at,
    sender: given.sender,
    echoId: given.echoId,
    content: isOutgoing && given.content !== null ? renderLiquid(given.content, variables) : given.content,
    contentAttributes: given.contentAttributes ?? {},
    status: 'sent',
    sourceId: given.sourceId ?? null,
    updatedAt: at,
    attachments: given.attachments ?? [],
  };
  conversation.messages.push(message);
  conversation.lastActivityAt = at;
  world.touch(conversation);
  if (given.type !== 'activity') world.emit({ event: 'message_created', conversation, message });
  return message;
}

export function addActivity(world: World, conversation: Conversation, content: string): void {
  addMessage(world, conversation, { type: 'activity', content });
}

export function updateMessage(
  world: World,
  conversation: Conversation,
  message: Message,
  change: Partial<Pick<Message, 'content' | 'contentAttributes' | 'status' | 'attachments'>>,
): void {
  Object.assign(message, change, { updatedAt: world.now() });
  world.touch(conversation);
  world.emit({ event: 'message_updated', conversation, message });
}

/** Soft, as in Chatwoot: the text is replaced, the attributes are reset, the files are gone. */
export function deleteMessage(world: World, conversation: Conversation, message: Message): void {
  const content = 'This message was deleted';
  updateMessage(world, conversation, message, { content, contentAttributes: { deleted: true }, attachments: [] });
}
