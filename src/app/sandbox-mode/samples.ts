import { randomInt, randomUUID } from 'node:crypto';
import type { PageSample, SampleResult, SampleStep } from 'telegram-sandbox/page';
import type { SampleConversationPlace, SampleDesk } from './sample-desk.ts';
import {
  alertRequest,
  conversationCreated,
  conversationResolved,
  messageCreated,
  type SampleConversation,
  type SampleRequest,
  webhookRequest,
} from './samples/chatwoot-sample.ts';
import { CUSTOMERS, OPENING_LINES, pick, type Severity, TICKETS, TROUBLES } from './samples/customers.ts';
import { isFine, postSample } from './samples/post-sample.ts';
import {
  chatEnd,
  chatStart,
  chatTranscript,
  type SampleChat,
  tawkRequest,
  ticketCreate,
} from './samples/tawk-sample.ts';

/** Where samples go, and what they are signed with. Without a secret they go unsigned. */
export type SampleTarget = { baseUrl: string; chatwootSecret?: string; alertKey?: string; tawkSecret?: string };
/** What later samples continue: the last conversation, the last chat. */
export type SampleMemory = { conversation?: SampleConversation; chat?: SampleChat };
type Tone = 'calm' | 'low' | 'medium' | 'high' | 'critical';
type Sample = { name: string; label: string; about: string; group: string; tone: Tone };

export const SAMPLES = [
  { name: 'alert-low', label: 'Low', about: 'A structured alert: a calm question', group: 'Alert', tone: 'low' },
  {
    name: 'alert-medium',
    label: 'Medium',
    about: 'A structured alert: an order is late',
    group: 'Alert',
    tone: 'medium',
  },
  { name: 'alert-high', label: 'High', about: 'A structured alert: an angry customer', group: 'Alert', tone: 'high' },
  {
    name: 'alert-critical',
    label: 'Critical',
    about: 'A structured alert: money or safety',
    group: 'Alert',
    tone: 'critical',
  },
  {
    name: 'chatwoot-conversation',
    label: 'Conversation starts',
    about: 'A customer writes on the website',
    group: 'Chatwoot',
    tone: 'calm',
  },
  {
    name: 'chatwoot-resolved',
    label: '…is resolved',
    about: 'An agent resolves that conversation in Chatwoot',
    group: 'Chatwoot',
    tone: 'calm',
  },
  { name: 'tawk-chat', label: 'Chat starts', about: 'A visitor opens a chat', group: 'Tawk.to', tone: 'calm' },
  {
    name: 'tawk-transcript',
    label: '…ends, transcript',
    about: 'That chat ends and its transcript arrives',
    group: 'Tawk.to',
    tone: 'calm',
  },
  { name: 'tawk-ticket', label: 'Ticket', about: 'A ticket comes in', group: 'Tawk.to', tone: 'calm' },
] as const satisfies readonly Sample[];
export type SampleName = (typeof SAMPLES)[number]['name'];

/** The page's samples; later ones continue what earlier ones began. */
export function createSamples(target: () => SampleTarget, now: () => Date, desk?: SampleDesk): PageSample[] {
  const memory: SampleMemory = {};
  return SAMPLES.map((sample) => ({
    ...sample,
    send: async () => (await desk?.play(sample.name)) ?? sendSample(target(), sample.name, now(), memory, desk),
  }));
}

/** Sends one sample event, or the few it takes, over HTTP as its source would. Refusals are results, nothing throws. */
export async function sendSample(
  target: SampleTarget,
  name: SampleName,
  now: Date,
  memory: SampleMemory = {},
  desk?: SampleDesk,
): Promise<SampleResult> {
  const steps: SampleStep[] = [];
  for (const request of requestsOf(target, name, now, memory, desk)) {
    const step = await postSample(target.baseUrl, request);
    steps.push(step);
    if (!isFine(step)) break;
  }
  return { ok: steps.every(isFine), steps };
}

function requestsOf(
  target: SampleTarget,
  name: SampleName,
  now: Date,
  memory: SampleMemory,
  desk: SampleDesk | undefined,
): SampleRequest[] {
  switch (name) {
    case 'alert-low':
      return [sampleAlert(target, 'low', now, desk)];
    case 'alert-medium':
      return [sampleAlert(target, 'medium', now, desk)];
    case 'alert-high':
      return [sampleAlert(target, 'high', now, desk)];
    case 'alert-critical':
      return [sampleAlert(target, 'critical', now, desk)];
    case 'chatwoot-conversation':
      return startConversation(target, now, memory);
    case 'chatwoot-resolved': {
      const before = memory.conversation ? [] : startConversation(target, now, memory);
      const conversation = memory.conversation;
      delete memory.conversation;
      if (!conversation) return before;
      const resolved = conversationResolved(conversation, now);
      return [...before, webhookRequest('conversation_status_changed', resolved, target.chatwootSecret, now)];
    }
    case 'tawk-chat':
      return startChat(target, now, memory);
    case 'tawk-transcript': {
      const before = memory.chat ? [] : startChat(target, now, memory);
      const chat = memory.chat;
      delete memory.chat;
      if (!chat) return before;
      return [
        ...before,
        tawkRequest('chat:end', chatEnd(chat, now), target.tawkSecret),
        tawkRequest('chat:transcript_created', chatTranscript(chat), target.tawkSecret),
      ];
    }
    case 'tawk-ticket': {
      const turn = randomInt(1000);
      const ticket = { humanId: freshNumber(), customer: pick(CUSTOMERS, turn), ...pick(TICKETS, turn) };
      return [tawkRequest('ticket:create', ticketCreate(ticket, now), target.tawkSecret)];
    }
  }
}

function sampleAlert(target: SampleTarget, severity: Severity, now: Date, desk: SampleDesk | undefined): SampleRequest {
  const turn = randomInt(1000);
  const customer = pick(CUSTOMERS, turn);
  const conversation = desk?.conversationOf(customer) ?? strangeConversation();
  const alert = { severity, customer, trouble: pick(TROUBLES[severity], turn), ...conversation };
  return alertRequest(alert, target.alertKey, now);
}

/** Of a Chatwoot that is not the team's: nothing is written back. */
function strangeConversation(): SampleConversationPlace {
  const conversationId = freshNumber();
  return { conversationId, url: `https://chatwoot.example/app/accounts/1/conversations/${conversationId}` };
}

function startConversation(target: SampleTarget, now: Date, memory: SampleMemory): SampleRequest[] {
  const turn = randomInt(1000);
  const conversation: SampleConversation = {
    id: freshNumber(),
    inboxId: 12,
    customer: pick(CUSTOMERS, turn),
    text: pick(OPENING_LINES, turn),
    startedAt: now,
  };
  memory.conversation = conversation;
  return [
    webhookRequest('conversation_created', conversationCreated(conversation, now), target.chatwootSecret, now),
    webhookRequest('message_created', messageCreated(conversation, now), target.chatwootSecret, now),
  ];
}

function startChat(target: SampleTarget, now: Date, memory: SampleMemory): SampleRequest[] {
  const turn = randomInt(1000);
  const chat = {
    chatId: randomUUID(),
    customer: pick(CUSTOMERS, turn),
    text: pick(OPENING_LINES, turn),
    startedAt: now,
  };
  memory.chat = chat;
  return [tawkRequest('chat:start', chatStart(chat, now), target.tawkSecret)];
}

/** Looks like a conversation's number, and hardly ever repeats. */
function freshNumber(): number {
  return randomInt(100_000, 2_000_000_000);
}
