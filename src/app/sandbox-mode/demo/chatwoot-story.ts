import type { Subject } from '../../../sources/source-event.ts';
import { conversationCreated, messageCreated, type SampleConversation } from '../samples/chatwoot-sample.ts';
import type { Customer, Severity } from '../samples/customers.ts';
import type { DemoStep } from './step.ts';
import { demoInboxes } from './words.ts';

type Context = Readonly<Record<string, string | number>>;
type Inbox = (typeof demoInboxes)[number];
type Known = Readonly<{ conversation: SampleConversation; inbox: Inbox; context: Context }>;

/** The bodies that Chatwoot sends in the life of one conversation. */
export function chatwootStory({ conversation, inbox, context }: Known) {
  let messages = 0;
  const event = (at: Date, name: string, body: object): DemoStep => ({
    at,
    kind: 'event',
    source: 'chatwoot',
    event: name,
    body: { ...body, event: name },
  });
  const message = (at: Date, text: string, rest: object): object => {
    messages += 1;
    const body = messageCreated({ ...conversation, text }, at);
    const about = { ...conversationCreated({ ...conversation, text }, at), custom_attributes: context };
    return { ...body, id: conversation.id * 100 + messages, inbox, conversation: about, ...rest };
  };
  return {
    subject: subjectOf('chatwoot', conversation.id),
    wrote: (at: Date, text: string) => event(at, 'message_created', message(at, text, {})),
    answered: (at: Date, text: string, by: string) => {
      const sender = { id: 31, name: by, email: 'agent@shop.example', type: 'user' };
      return event(at, 'message_created', message(at, text, { message_type: 'outgoing', sender }));
    },
    rated: (at: Date, rating: number, text: string) => {
      const survey = { submitted_values: { csat_survey_response: { rating, feedback_message: text } } };
      const form = { message_type: 'template', content_type: 'input_csat', content_attributes: survey };
      return event(at, 'message_updated', message(at, 'Please rate the conversation', form));
    },
  };
}

type Alert = Readonly<{
  id: number;
  severity: Severity;
  reason: string;
  text: string;
  customer: Customer;
  context: Context;
}>;

/** The alert of the shop's own bot about a conversation. */
export function alertStep(at: Date, { id, severity, reason, text, customer, context }: Alert): DemoStep {
  const body = {
    severity,
    reason,
    conversation_id: id,
    customer_name: customer.name,
    customer_email: customer.email,
    message: text,
    timestamp: at.toISOString(),
    chatwoot_url: `https://chatwoot.example/app/accounts/1/conversations/${id}`,
    additional_info: context,
  };
  return { at, kind: 'event', source: 'alert', event: 'alert', body };
}

export function subjectOf(source: 'chatwoot' | 'alert', id: number): Subject {
  return { source, kind: 'conversation', account: '1', externalId: String(id) };
}
