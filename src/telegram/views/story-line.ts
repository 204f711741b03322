import { chatIdOf, isGroup } from '../../routes/lane.ts';
import type { StoryEvent } from '../../incidences/story.ts';
import { outcomes } from '../../incidences/incidence.ts';
import type { Texts } from '../texts/texts.ts';
import { clip } from './html.ts';

/** The chat that asks, which is called by its name. */
export type Here = Readonly<{ chatId: number; title: string }>;

const maxLength = 120;

/** One thing that happened. Notes are whole: they may exist nowhere else any more. */
export function storyLine(line: StoryEvent, texts: Texts, here?: Here): string {
  const { why } = texts;
  switch (line.step) {
    case 'received':
      return line.source === 'alert' ? why.receivedAlert : why.received(desk(line.source), line.event);
    case 'processed':
      return processed(line, texts);
    case 'acted':
      return isOfSource(line.action) ? bySource(line, texts) : byPerson(line, texts);
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
function bySource({ action, actor, before, after }: Step<'acted'>, { why }: Texts): string {
  const event = why.sourceEvent(action, desk(actor));
  const { status } = after;
  const changes = [
    status === 'open' && (before.status === 'closed' ? why.reopened : why.opened),
    status === 'closed' && why.closed,
    ...shownColumns.map((column) => {
      const value = after[column];
      return typeof value === 'string' && `${why.changed[column]} ${clip(value, maxLength)}`;
    }),
  ].filter((change) => change !== false);
  return changes.length > 0 ? `${event}: ${changes.join(', ')}` : event;
}

function byPerson({ action, actor, after, note }: Step<'acted'>, { why, outcomesInText }: Texts): string {
  const remark = note ? `: ${note}` : '';
  switch (action) {
    case 'acknowledge':
      return why.acknowledgedBy(actor);
    case 'release':
      return `${why.releasedBy(actor)}${remark}`;
    case 'remind':
      return why.reminded(after.reminded ?? why.something);
    case 'take-over':
      return why.takenOverBy(actor);
    case 'close': {
      const outcome = outcomes.find((known) => known === after.outcome) ?? 'resolved';
      return `${why.closedBy(actor, outcomesInText[outcome])}${remark}`;
    }
    case 'reopen':
      return why.reopenedBy(actor);
    case 'reply':
      return why.repliedBy(actor);
    case 'note':
      return `${why.noteBy(actor)}${remark}`;
    case 'severity':
      return why.severityBy(spaced(after['severity'], why), actor);
    case 'tag': {
      const tags = (after.tags ?? []).join(', ');
      return tags === '' ? why.tagsRemovedBy(actor) : `${why.taggedBy(actor)}: ${clip(tags, maxLength)}`;
    }
    case 'refused':
      return why.refused(
        actor,
        after.wanted === undefined ? why.something : wantedAction(after.wanted, why),
        spaced(after.reason, why),
      );
    default:
      return `${why.doneBy(spaced(action, why), actor)}${remark}`;
  }
}

/** What the pressed button was for. */
function wantedAction(button: string, why: Texts['why']): string {
  switch (button) {
    case 'outcome-menu':
      return why.wanted.close;
    case 'tag-menu':
    case 'new-tag':
    case 'tag':
      return why.wanted.tag;
    case 'write-note':
    case 'note':
      return why.wanted.note;
    case 'more-menu':
      return why.wanted.more;
    case 'severity-menu':
    case 'severity':
      return why.wanted.severity;
    case 'main-menu':
      return why.wanted.back;
    default:
      return spaced(button, why);
  }
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

function spaced(name: string | null | undefined, { something }: Texts['why']): string {
  return name?.replaceAll(/[-_]/g, ' ') ?? something;
}
