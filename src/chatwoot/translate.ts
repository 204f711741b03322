import { noRules, type SeverityRules } from '../sources/severity-rules.ts';
import type { Translate } from '../sources/source-event.ts';
import { conversationSchema, eventNameOf, inboxSchema, messageSchema, readBody } from './payload.ts';
import type { ChatwootPlace } from './place.ts';
import { translateConversation } from './translate-conversation.ts';
import { translateInbox } from './translate-inbox.ts';
import { translateMessage } from './translate-message.ts';
import { verdictOf } from './verdict.ts';

/** What Chatwoot's events mean to us. */
export function createTranslateChatwoot(place: ChatwootPlace, rules: () => SeverityRules = () => noRules): Translate {
  return ({ rawBody }) => {
    const body = readBody(rawBody);
    if (!body.ok) return { kind: 'drift', reason: body.problem };
    const event = eventNameOf(body.value);
    if (event === undefined) return { kind: 'drift', reason: 'no event name' };
    const verdict = verdictOf(event, body.value);
    switch (verdict.kind) {
      case 'ignored':
      case 'drift':
        return verdict;
      case 'inbox':
        return translateInbox(inboxSchema.parse(body.value), verdict.state, place);
      case 'status':
        return translateConversation(event, conversationIn(body.value), verdict, { rawBody, place, rules: rules() });
      case 'wrote':
      case 'transcribed':
      case 'answered':
      case 'rated':
      case 'send-failed':
      case 'receipt':
      case 'deleted':
        return translateMessage(messageSchema.parse(body.value), verdict, { rawBody, place, rules: rules() });
    }
  };
}

/** The conversation is the body itself; relays nest it beside its account and sender. */
function conversationIn(body: object) {
  if ('id' in body) return conversationSchema.parse(body);
  const { conversation = conversationSchema.parse({}), account, sender } = messageSchema.parse(body);
  return { ...conversation, account: account ?? conversation.account, meta: conversation.meta ?? { sender } };
}
