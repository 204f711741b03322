import type { Translate, Translation } from '../inbound/source.ts';
import { cleanLine } from '../incidences/clean-text.ts';
import { eventNameOf, inboxSchema, type Message, messageSchema, readBody } from './payload.ts';
import type { ChatwootPlace } from './place.ts';
import { isAboutConversation, translateConversation } from './translate-conversation.ts';
import { translateMessage } from './translate-message.ts';

/** What Chatwoot's events mean to us. */
export function createTranslateChatwoot(place: ChatwootPlace): Translate {
  return ({ rawBody }) => {
    const body = readBody(rawBody);
    if (!body.ok) return drift(body.problem);
    const event = eventNameOf(body.value);
    if (event === undefined) return drift('no event name');
    return translateEvent(event, body.value, rawBody, place);
  };
}

function translateEvent(event: string, body: object, rawBody: Buffer, place: ChatwootPlace): Translation {
  switch (event) {
    case 'message_created':
      return translateMessage(messageSchema.parse(body), rawBody, place);
    case 'message_updated':
      return ignored(whatChanged(messageSchema.parse(body)));
    case 'inbox_created':
    case 'inbox_updated':
      return ignored(inboxReason(body));
    case 'conversation_typing_on':
    case 'conversation_typing_off':
      return ignored('typing');
    case 'webwidget_triggered':
      return ignored('widget-opened');
    case 'contact_created':
    case 'contact_updated':
      return ignored('contact');
  }
  if (isAboutConversation(event)) return translateConversation(event, body, rawBody, place);
  return drift(`unknown event ${cleanLine(event, 100)}`);
}

function whatChanged(message: Message): string {
  const attributes = message.content_attributes;
  if (attributes?.deleted) return 'deleted';
  if (attributes?.submitted_values?.csat_survey_response !== undefined) return 'csat';
  return attributes?.external_error ? 'failed-to-send' : 'message-updated';
}

function inboxReason(body: object): string {
  const changes = inboxSchema.parse(body).changed_attributes;
  const isLost = changes.some((change) => change?.reauthorization_required?.current_value);
  return isLost ? 'inbox-disconnected' : 'inbox';
}

function ignored(reason: string): Translation {
  return { kind: 'ignored', reason };
}

function drift(reason: string): Translation {
  return { kind: 'drift', reason };
}
