import type { IncidenceView } from '../../../incidences/incidence-view-store.ts';
import { counted } from './words.ts';

/** The card of an incidence and the buttons under it. */
export const card = {
  alertHeadline: (severity: string) => `CHATWOOT ALERT - ${severity.toUpperCase()}`,
  headline: (kind: IncidenceView['kind'], mark: string, severity: string) =>
    `${headlines[kind]} · ${mark} ${severity.toUpperCase()}`,
  fields: {
    reason: 'Reason',
    alerts: 'Alerts',
    conversationId: 'Conversation ID',
    subject: 'Subject',
    visitor: 'Visitor',
    customer: 'Customer',
    email: 'Email',
    phone: 'Phone',
    place: 'Place',
    property: 'Property',
    inbox: 'Inbox',
    page: 'Page',
    startedBy: 'Started by',
    stage: 'Stage',
    screen: 'Screen',
    cart: 'Cart',
    event: 'Event',
    friction: 'Friction score',
    message: 'Message',
    time: 'Time',
    additionalInfo: 'Additional Info',
    assigned: 'Assigned',
    answered: 'Answered',
    inChatwoot: 'In Chatwoot',
    transcript: 'Transcript',
    note: 'Note',
    tags: 'Tags',
  },
  startedByAgent: 'agent',
  stages: { PRE_ORDER: 'pre-order', POST_ORDER: 'post-order' },
  view: (desk: string) => `🔗 View in ${desk}`,
  more: (count: number) => `… and ${count} more`,
  answeredAfter: (span: string) => `after ${span}`,
  transcript: (messages: number, lasted: string | null, fromAgents: number) =>
    [
      counted(messages, 'message'),
      ...(lasted === null ? [] : [lasted]),
      fromAgents === 0 ? 'no agent replied' : `${fromAgents} from agents`,
    ].join(' · '),
  late: (span: string) => `⏰ Shown ${span} late`,
  open: 'open',
  openVisitorLeft: 'open · visitor left',
  acknowledged: (by: string | null, waited: string) => `acknowledged by ${by ?? 'someone'} · ${waited}`,
  closedBy: (name: string, outcome: string) => `closed by ${name} · ${outcome}`,
  closedIn: (desk: string, outcome: string) => `closed in ${desk} · ${outcome}`,
  buttons: {
    acknowledge: 'Acknowledge',
    close: 'Close',
    tag: 'Tag',
    release: 'Release',
    reopen: 'Reopen',
    back: '‹ Back',
    newTag: 'New tag…',
    writeNote: 'Write a note…',
    openIn: (desk: string) => `Open in ${desk}`,
  },
};

const headlines: Readonly<Record<IncidenceView['kind'], string>> = {
  conversation: '💬 CHATWOOT CONVERSATION',
  chat: '💬 TAWK CHAT',
  ticket: '🎫 TAWK TICKET',
};
