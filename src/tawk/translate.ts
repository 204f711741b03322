import { createHash } from 'node:crypto';
import type { Details, SourceEvent, Subject, Translate, Translation } from '../sources/source-event.ts';
import { cleanLine, cleanText } from '../sources/clean-text.ts';
import { instantOf } from '../sources/attributes.ts';
import type { Severity } from '../sources/severity.ts';
import { judgeText, noRules, type SeverityRules } from '../sources/severity-rules.ts';
import { asImport, isImport, readImport } from './imported.ts';
import { markedVisitor } from './marker.ts';
import { type Payload, readPayload } from './payload.ts';
import { readPreChat } from './pre-chat.ts';
import { transcriptOf } from './transcript.ts';
import { visitorDetails } from './visitor-details.ts';

/** Tawk.to documents no link to a chat; this one is seen in public code. */
const defaultChatUrl = 'https://dashboard.tawk.to/#/inbox/{propertyId}/all/chats/chat/{chatId}';

/** What Tawk.to's events mean to us. `chatUrl` is a pattern with {propertyId} and {chatId}. */
export function createTranslateTawk(
  settings: Readonly<{
    chatUrl?: string | undefined;
    contextKey?: () => string | undefined;
    rules?: () => SeverityRules;
  }>,
): Translate {
  const chatUrl = settings.chatUrl ?? defaultChatUrl;
  const grade: Grade = (text) => judgeText(text, settings.rules?.() ?? noRules).severity;
  return ({ event, rawBody, receivedAt }) => {
    const isImported = isImport(event);
    const body = isImported ? readImport(event, rawBody) : readPayload(rawBody);
    if (!body.ok) return drift(body.problem);
    const translation = withVisitor(read(body.payload), body.payload);
    return isImported ? asImport(translation, receivedAt) : translation;
  };

  /** From a signed marker in the name: who the visitor is in the shop. */
  function withVisitor(translation: Translation, { visitor, chat }: Payload): Translation {
    const visitorId = markedVisitor(visitor?.name ?? chat?.visitor?.name ?? '', settings.contextKey?.());
    if (visitorId === undefined || translation.kind !== 'event') return translation;
    const details = { ...translation.event.details, visitorId: cleanLine(visitorId) };
    return { kind: 'event', event: { ...translation.event, details } };
  }

  function read(payload: Payload): Translation {
    switch (payload.event) {
      case undefined:
      case '':
        return drift('no event name');
      case 'chat:start':
        return ofChat(payload, payload.chatId ?? payload.chat?.id, chatUrl, (...chat) => chatStart(...chat, grade));
      case 'chat:end':
        return ofChat(payload, payload.chatId ?? payload.chat?.id, chatUrl, chatEnd);
      case 'chat:transcript_created':
      case 'chat:transcript':
        return ofChat(payload, payload.chat?.id ?? payload.chatId, chatUrl, transcript);
      case 'ticket:create':
        return ticket(payload, grade);
    }
    return drift(`unknown event ${cleanLine(payload.event, 100)}`);
  }
}

/** How bad a text is, by the words of the team. */
type Grade = (text: string) => Severity;

type Happening = Readonly<{ change: SourceEvent['change']; details: Details; contentKey: string | undefined }>;

function ofChat(
  payload: Payload,
  chatId: string | undefined,
  chatUrl: string,
  read: (payload: Payload, key: string) => Happening,
): Translation {
  if (!chatId) return drift('no chat id');
  const account = payload.property?.id ?? '';
  const subject: Subject = { source: 'tawk', kind: 'chat', account, externalId: chatId };
  const { change, details, contentKey } = read(payload, `${account}:${chatId}`);
  const url = linkTo(chatUrl, account, chatId);
  return event(payload, { subject, change, details: { ...details, ...(url && { url }) }, contentKey });
}

/** The first message. A visitor who returns starts the same chat again, at another time. */
function chatStart(payload: Payload, key: string, grade: Grade): Happening {
  const isAgents = payload.message?.sender?.type === 'agent';
  const text = messageText(payload);
  const visitor = visitorDetails(payload, {
    customAttributes: undefined,
    ...payload.visitor,
    name: payload.visitor?.name ?? '',
  });
  const agentWrote = isAgents ? cleanLine(text) : '';
  const { email, phone, answers, message } = readPreChat(isAgents ? '' : text);
  const told = {
    ...(email && { customerEmail: email }),
    ...(phone && { customerPhone: cleanLine(phone) }),
    ...visitor,
  };
  const additionalInfo = { ...withoutShown(answers, told), ...(agentWrote && { 'agent wrote': agentWrote }) };
  return {
    change: {
      kind: 'wrote',
      severity: isAgents ? 'low' : grade(text),
      trigger: isAgents ? 'AGENT_INITIATED' : 'USER_INITIATED',
    },
    details: {
      ...told,
      ...(message && { message }),
      ...(Object.keys(additionalInfo).length > 0 && {
        additionalInfo: { ...visitor.additionalInfo, ...additionalInfo },
      }),
    },
    contentKey: timedKey('chat:start', key, payload),
  };
}

/** Answers that no other line of the card repeats. */
function withoutShown(answers: Readonly<Record<string, string>>, shown: Details): Record<string, string> {
  const { customerName = '', customerEmail = '', customerPhone = '' } = shown;
  const known = [customerName, customerEmail, customerPhone].map((value) => value.toLowerCase());
  return Object.fromEntries(Object.entries(answers).filter(([, answer]) => !known.includes(answer.toLowerCase())));
}

function chatEnd(payload: Payload, key: string): Happening {
  return {
    change: { kind: 'visitor-left' },
    details: visitorDetails(payload, payload.visitor),
    contentKey: timedKey('chat:end', key, payload),
  };
}

/** A chat that goes on has a second, longer transcript. */
function transcript(payload: Payload, key: string): Happening {
  const transcript = transcriptOf(payload);
  const hash = createHash('sha256').update(JSON.stringify(transcript.messages)).digest('hex');
  return {
    change: { kind: 'transcript', transcript },
    details: visitorDetails(payload, payload.chat?.visitor ?? payload.visitor),
    contentKey: `transcript:${key}:${transcript.messages.length}:${hash}`,
  };
}

/**
 * `requester` stands beside the ticket. Its type is unreliable: Tawk.to's own relay files tickets as `agent`,
 * so every ticket counts as the customer's.
 */
function ticket(payload: Payload, grade: Grade): Translation {
  const { ticket } = payload;
  if (!ticket?.id) return drift('no ticket id');
  const account = payload.property?.id ?? '';
  const visitor = visitorDetails(payload, {
    customAttributes: payload.visitor?.customAttributes,
    name: payload.requester?.name ?? payload.visitor?.name,
    email: payload.requester?.email ?? payload.visitor?.email,
  });
  const title = cleanLine(ticket.subject ?? '');
  const message = cleanText(ticket.message ?? '');
  return event(payload, {
    subject: { source: 'tawk', kind: 'ticket', account, externalId: ticket.id },
    change: { kind: 'wrote', severity: grade(`${title}\n${message}`), trigger: 'USER_INITIATED' },
    details: {
      ...visitor,
      stage: 'POST_ORDER',
      ...(title && { title }),
      ...(message && { message }),
      ...(ticket.humanId && { additionalInfo: { ticket: `#${ticket.humanId}`, ...visitor.additionalInfo } }),
    },
    contentKey: `ticket:${account}:${ticket.id}`,
  });
}

function event(payload: Payload, happening: Happening & Readonly<{ subject: Subject }>): Translation {
  return { kind: 'event', event: { ...happening, at: instantOf(payload.time), version: undefined } };
}

/** The first message; with a pre-chat form, its answers. */
function messageText(payload: Payload): string {
  const text = cleanText(payload.message?.text ?? '');
  if (text) return text;
  if (payload.message?.type === 'file') return '📎 A file (its name and link come with the transcript)';
  return payload.message?.type === 'webrtc-call' ? '📞 A call' : '';
}

/** Without a time, two starts of one chat look like one delivered twice: both count. */
function timedKey(event: string, key: string, payload: Payload): string | undefined {
  const at = instantOf(payload.time);
  return at && `${event}:${key}:${at.toISOString()}`;
}

/** No link without a property, nor with an id too long to be Tawk.to's. */
function linkTo(pattern: string, propertyId: string, chatId: string): string | undefined {
  if (!propertyId || `${propertyId}${chatId}`.includes('sha256:')) return undefined;
  return pattern
    .replaceAll('{propertyId}', () => encodeURIComponent(propertyId))
    .replaceAll('{chatId}', () => encodeURIComponent(chatId));
}

function drift(reason: string): Translation {
  return { kind: 'drift', reason };
}
