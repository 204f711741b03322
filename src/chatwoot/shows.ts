import { decisiveSchema } from './payload.ts';
import { deskStatusOf, isAboutConversation } from './translate-conversation.ts';

/**
 * Whether an event will show in Telegram, by the few fields that decide it: the answer to a webhook says so and need not
 * wait for the whole translation, a third of what taking a large body costs. A test holds both to the same verdict.
 */
export function shows(event: string, body: object): boolean {
  const isMessage = event === 'message_created';
  if (!isMessage && !isAboutConversation(event)) return false;

  const { conversation, message, ...said } = decisiveSchema.parse(body);
  if (!isMessage) return isKnown('id' in body ? said : conversation);
  const type = said.message_type ?? (message ? 'incoming' : undefined);
  const isFromCustomer = type === 'incoming' && !said.private && !said.content_attributes?.email?.auto_reply;
  return isFromCustomer && conversation?.id !== undefined && conversation.status !== 'pending';
}

function isKnown(conversation: { id?: string | undefined; status?: string | undefined } | undefined): boolean {
  return conversation?.id !== undefined && deskStatusOf(conversation.status) !== undefined;
}
