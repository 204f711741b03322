import { chatIdOf, isGroup } from '../../routes/lane.ts';
import type { StoryEvent } from '../../incidences/story.ts';
import { clip } from '../../transcripts/clip.ts';
import type { Dates, Locale } from '../locale.ts';
import type { Texts } from '../texts/texts.ts';
import { byPerson } from './story-by-person.ts';
import { storedSnoozeEnd } from './words.ts';

/** The chat that asks, which is called by its name. */
export type Here = Readonly<{ chatId: number; title: string }>;

const maxLength = 120;

/** One thing that happened. Notes are whole: they may exist nowhere else any more. */
export function storyLine(line: StoryEvent, locale: Pick<Locale, 'texts' | keyof Dates>, here?: Here): string {
  const { texts } = locale;
  const { why } = texts;
  switch (line.step) {
    case 'received':
      return line.source === 'alert' ? why.receivedAlert : why.received(desk(line.source), line.event);
    case 'processed':
      return processed(line, texts);
    case 'acted':
      return isOfSource(line.action) ? bySource(line, locale) : byPerson(line, locale);
    case 'queued':
      return why.queued(kindName(line.kind, texts), chatName(line.lane, texts, here));
    case 'attempted':
      return withReason(
        why.attempts(kindName(line.kind, texts), line.times, why.attempt(line.outcome, systemOf(line.kind))),
        line,
      );
    case 'settled':
      return settled(line, texts);
    case 'pending': {
      const kind = kindName(line.kind, texts);
      return withReason(line.state === 'folded' ? why.folded(kind) : why.waiting(kind), line);
    }
  }
}

type Step<Name extends StoryEvent['step']> = Extract<StoryEvent, { step: Name }>;

function processed(line: Step<'processed'>, { why }: Texts): string {
  switch (line.state) {
    case 'processed':
      return line.reason ? withReason(why.processed, line) : why.processedAfter(line.afterMs);
    case 'ignored':
      return withReason(why.ignored, line);
    case 'duplicate':
      return withReason(why.duplicate, line);
    case 'drift':
      return withReason(why.unrecognized, line);
    default:
      return withReason(why.processingFailed, line);
  }
}

const sourceActions = [
  'alerted',
  'wrote',
  'answered',
  'status',
  'resolved',
  'visitor-left',
  'transcript',
  'agent-began',
  'missed',
  'context',
  'rated',
  'send-failed',
  'receipt',
  'deleted',
  'conversation-deleted',
];

function isOfSource(action: string): boolean {
  return sourceActions.includes(action);
}

const shownColumns = ['severity', 'reason', 'assignee'] as const;

/** An event of a source and what it changed. */
function bySource(
  { action, actor, before, after }: Step<'acted'>,
  locale: Pick<Locale, 'texts' | keyof Dates>,
): string {
  const { why } = locale.texts;
  const event = why.sourceEvent(action, desk(actor));
  const { status } = after;
  const changes = [
    status === 'open' && (before.status === 'closed' ? why.reopened : why.opened),
    status === 'closed' && why.closed,
    after.snoozedUntil !== undefined &&
      status !== 'closed' &&
      why.snoozeChanged(after.snoozedUntil === null ? null : storedSnoozeEnd(after.snoozedUntil, locale)),
    ...shownColumns.map((column) => {
      const value = after[column];
      return typeof value === 'string' && `${why.changed[column]} ${clip(value, maxLength)}`;
    }),
  ].filter((change) => change !== false);
  return changes.length > 0 ? `${event}: ${changes.join(', ')}` : event;
}

/** How a delivery ended. */
function settled(line: Step<'settled'>, texts: Texts): string {
  const { why } = texts;
  const kind = kindName(line.kind, texts);
  switch (line.state) {
    case 'sent':
      if (line.messageId === null) return why.sent(kind);
      return line.kind === 'edit_card' ? why.shownIn(kind, line.messageId) : why.sentAs(kind, line.messageId);
    case 'dead':
      return withReason(why.dead(kind), line);
    default:
      return withReason(why.obsolete(kind), line);
  }
}

/** The system that a kind of delivery goes to. */
function systemOf(kind: string): string {
  return kind.startsWith('chatwoot_') ? 'Chatwoot' : 'Telegram';
}

/** A kind of delivery as people call it. */
export function kindName(kind: string, { deliveryKinds }: Texts): string {
  return deliveryKinds[kind] ?? kind.replaceAll('_', ' ');
}

function chatName(lane: string, { why }: Texts, here?: Here): string {
  const [group, conversation] = lane.split(':');
  if (group === 'chatwoot') return why.chatwoot(`#${conversation}`);
  const id = chatIdOf(lane);
  return id === here?.chatId ? `${here.title} (${id})` : why.chat(String(id), !isGroup(lane));
}

function desk(source: string): string {
  if (source === 'shop') return 'the shop';
  return source === 'tawk' ? 'Tawk' : 'Chatwoot';
}

function withReason(text: string, { reason }: { reason: string | null }): string {
  return reason ? `${text}: ${clip(reason, maxLength)}` : text;
}
