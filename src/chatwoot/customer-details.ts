import { cleanLine } from '../sources/clean-text.ts';
import { contextFromAttributes, instantOf } from '../sources/attributes.ts';
import type { Details } from '../sources/source-event.ts';
import type { Conversation, Message } from './payload.ts';

/** Who the customer is and what the desk knows of the conversation. `sender` (of an incoming message) wins. */
export function customerDetails(conversation: Conversation, sender: Message['sender']): Details {
  const customer = sender ?? conversation.meta?.sender;
  const assignee = conversation.meta?.assignee;

  const title = cleanLine(conversation.additional_attributes?.mail_subject ?? '');
  const customerName = cleanLine(customer?.name ?? '');
  const customerEmail = cleanLine(customer?.email ?? '').toLowerCase();
  const customerPhone = cleanLine(customer?.phone_number ?? '', 50);
  const page = cleanLine(conversation.additional_attributes?.referer ?? '', 2000);
  const from = customer?.additional_attributes;
  const place = joined([from?.city, from?.country_code]);
  const assigneeName = assignee?.type === 'agent_bot' ? '' : cleanLine(assignee?.name ?? '');
  const waitingSince = instantOf(conversation.waiting_since) ?? null;

  return {
    ...attributesOf(conversation, customer),
    ...(title && { title }),
    ...(customerName && { customerName }),
    ...(customerEmail && { customerEmail }),
    ...(customerPhone && { customerPhone }),
    ...(page && { page }),
    ...(place && { place }),
    // Without the key nothing is known of the assignee; with null, or a bot, no person is assigned.
    ...(assignee !== undefined && { assignee: assigneeName || null }),
    ...(conversation.status !== undefined && conversation.meta && { waitingSince }),
  };
}

function joined(parts: readonly (string | undefined)[]): string {
  return cleanLine(
    parts
      .map((part) => cleanLine(part ?? ''))
      .filter(Boolean)
      .join(', '),
  );
}

/** Custom attributes of the conversation, then of the contact; only an order id decides the stage. */
function attributesOf(conversation: Conversation, customer: Message['sender']): Details {
  const { stage, ...ofConversation } = contextFromAttributes(conversation.custom_attributes);
  const { stage: customerStage, ...ofCustomer } = contextFromAttributes(customer?.custom_attributes);
  const identifier = cleanLine(customer?.identifier ?? '');
  const team = cleanLine(conversation.meta?.team?.name ?? '');
  const labels = conversation.labels && joined(conversation.labels);
  const additionalInfo = {
    ...(identifier && { user_id: identifier }),
    ...ofCustomer.additionalInfo,
    ...ofConversation.additionalInfo,
    ...(team && { team }),
    // An empty list means that the labels were removed; a missing one means nothing.
    ...(labels !== undefined && { labels }),
  };
  return {
    ...ofCustomer,
    ...ofConversation,
    ...((stage === 'POST_ORDER' || customerStage === 'POST_ORDER') && { stage: 'POST_ORDER' }),
    ...(Object.keys(additionalInfo).length > 0 && { additionalInfo }),
  };
}
