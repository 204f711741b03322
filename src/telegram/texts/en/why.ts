import { counted } from './words.ts';

/** What /why shows: a line for each thing that happened to an incidence. */
export const why = {
  title: 'History of',
  nothing: (id: number) => `No history for #${id}. Send /open to list open incidences.`,
  more: (count: number) => `… ${count} more …`,
  receivedAlert: 'received as an alert',
  received: (desk: string, event: string | null) => `received from ${desk} (${event})`,
  processed: 'processed',
  processedAfter: (ms: number | null) => `processed after ${ms} ms`,
  ignored: 'no change',
  duplicate: 'duplicate, ignored',
  unrecognized: 'not recognized',
  processingFailed: 'processing failed',
  sourceEvent: (name: string, desk: string) => sourceEvents[name]?.(desk) ?? name,
  reopened: 'reopened',
  opened: 'opened',
  closed: 'closed',
  changed: { severity: 'severity', reason: 'reason', assignee: 'assignee' },
  acknowledgedBy: (name: string | null) => `acknowledged by ${name}`,
  releasedBy: (name: string | null) => `released by ${name}`,
  closedBy: (name: string | null, outcome: string) => `closed by ${name} as ${outcome}`,
  reopenedBy: (name: string | null) => `reopened by ${name}`,
  noteBy: (name: string | null) => `note by ${name}`,
  taggedBy: (name: string | null) => `tagged by ${name}`,
  tagsRemovedBy: (name: string | null) => `tags removed by ${name}`,
  refused: (name: string | null, wanted: string, reason: string) => `refused: ${name} tried to ${wanted} (${reason})`,
  wanted: { close: 'close', tag: 'tag', note: 'add a note', back: 'leave a menu' },
  doneBy: (action: string, name: string | null) => `${action} by ${name}`,
  something: 'something',
  queued: (kind: string, chat: string) => `queued: ${kind} for ${chat}`,
  attempts: (kind: string, count: number, outcome: string) => `${kind}, ${counted(count, 'attempt')}: ${outcome}`,
  attempt: (outcome: string) => attempts[outcome] ?? 'internal error',
  sent: (kind: string) => `${kind} sent`,
  sentAs: (kind: string, messageId: number) => `${kind} sent as message ${messageId}`,
  shownIn: (kind: string, messageId: number) => `${kind} shown in message ${messageId}`,
  obsolete: (kind: string) => `${kind} no longer needed`,
  dead: (kind: string) => `${kind} failed, no more retries`,
  folded: (kind: string) => `${kind} hidden behind the storm card`,
  waiting: (kind: string) => `${kind} waiting`,
  chat: (id: string, isPrivate: boolean) => (isPrivate ? `private chat ${id}` : `chat ${id}`),
};

const sourceEvents: Readonly<Record<string, (desk: string) => string>> = {
  alerted: () => 'alert',
  wrote: (desk) => `customer wrote in ${desk}`,
  answered: (desk) => `answered in ${desk}`,
  status: (desk) => `status change from ${desk}`,
  resolved: (desk) => `resolved in ${desk}`,
  'visitor-left': () => 'visitor left',
  transcript: () => 'transcript arrived',
};

const attempts: Readonly<Record<string, string>> = {
  'retry-after': 'Telegram asked us to wait',
  unreachable: 'could not reach Telegram',
  'connection-lost': 'connection lost',
  'timed-out': 'Telegram did not answer in time',
  temporary: 'Telegram reported a server error',
  rejected: 'rejected by Telegram',
  'lane-lost': 'the chat does not accept messages',
  gone: 'the message was deleted',
};

/** Kinds of deliveries, as /why and /failed name them. */
export const deliveryKinds: Readonly<Record<string, string>> = {
  send_card: 'new card',
  edit_card: 'card update',
  severity_note: 'notice of higher severity',
  reopened_note: 'notice of reopening',
  transcript: 'transcript',
  storm_card: 'storm card',
  drift_note: 'notice of unrecognized events',
  dead_note: 'notice of failed deliveries',
  lost_note: 'notice of a lost chat',
  refused_note: 'notice of refused webhooks',
  test: 'test message',
};
