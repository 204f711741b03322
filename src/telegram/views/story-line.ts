import { chatIdOf, isGroup } from '../../chats/lane.ts';
import type { StoryLine } from '../../incidences/story.ts';
import { outcomes } from '../../incidences/incidence.ts';
import type { Texts } from '../texts/texts.ts';
import { clip } from './html.ts';

/** The chat that asks, which is called by its name. */
export type Here = Readonly<{ chatId: number; title: string }>;

const maxLength = 120;

/** One thing that happened. Notes are whole: they may exist nowhere else any more. */
export function storyLine(line: StoryLine, texts: Texts, here?: Here): string {
  const { why } = texts;
  switch (line.step) {
    case 'received':
      return line.name === 'alert' ? why.receivedAlert : why.received(desk(line.name), line.detail);
    case 'processed':
      return processed(line, texts);
    case 'done':
      return isOfSource(line.name) ? bySource(line, texts) : byPerson(line, texts);
    case 'queued':
      return why.queued(kindName(line.name, texts), chatName(line.who ?? '', texts, here));
    case 'tried':
      return withReason(why.attempts(kindName(line.name, texts), line.count ?? 1, why.attempt(line.state ?? '')), line);
    case 'settled':
    case 'pending':
      return deliveryState(line, texts);
  }
}

function processed(line: StoryLine, { why }: Texts): string {
  switch (line.name) {
    case 'processed':
      return line.detail ? withReason(why.processed, line) : why.processedAfter(line.count);
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

const sourceActions = ['alerted', 'wrote', 'answered', 'status', 'resolved', 'visitor-left', 'transcript'];

function isOfSource(action: string): boolean {
  return sourceActions.includes(action);
}

/** An event of a source and what it changed. */
function bySource({ name, who, before, after }: StoryLine, { why }: Texts): string {
  const event = why.sourceEvent(name, desk(who ?? ''));
  const status = after?.['status'];
  const changes = [
    status === 'open' && (before?.['status'] === 'closed' ? why.reopened : why.opened),
    status === 'closed' && why.closed,
    ...Object.entries(why.changed).map(([key, label]) => {
      const value = after?.[key];
      return typeof value === 'string' && `${label} ${clip(value, maxLength)}`;
    }),
  ].filter((change) => change !== false);
  return changes.length > 0 ? `${event}: ${changes.join(', ')}` : event;
}

function byPerson({ name, who, after, detail }: StoryLine, { why, outcomesInText }: Texts): string {
  const note = detail ? `: ${detail}` : '';
  switch (name) {
    case 'acknowledge':
      return why.acknowledgedBy(who);
    case 'release':
      return why.releasedBy(who);
    case 'close': {
      const outcome = outcomes.find((known) => known === after?.['outcome']) ?? 'resolved';
      return `${why.closedBy(who, outcomesInText[outcome])}${note}`;
    }
    case 'reopen':
      return why.reopenedBy(who);
    case 'note':
      return `${why.noteBy(who)}${note}`;
    case 'tag': {
      const tags = Array.isArray(after?.['tags']) ? after['tags'].join(', ') : '';
      return tags === '' ? why.tagsRemovedBy(who) : `${why.taggedBy(who)}: ${clip(tags, maxLength)}`;
    }
    case 'refused':
      return why.refused(who, wantedAction(after?.['wanted'], why), spaced(after?.['reason'], why));
    default:
      return `${why.doneBy(spaced(name, why), who)}${note}`;
  }
}

/** What the pressed button was for. */
function wantedAction(button: unknown, why: Texts['why']): string {
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
    case 'main-menu':
      return why.wanted.back;
    default:
      return spaced(button, why);
  }
}

/** The end of a delivery, or that it still waits. */
function deliveryState(line: StoryLine, texts: Texts): string {
  const { why } = texts;
  const kind = kindName(line.name, texts);
  switch (line.state ?? '') {
    case 'sent':
      if (line.count === null) return why.sent(kind);
      return line.name === 'edit_card' ? why.shownIn(kind, line.count) : why.sentAs(kind, line.count);
    case 'obsolete':
      return withReason(why.obsolete(kind), line);
    case 'dead':
      return withReason(why.dead(kind), line);
    case 'folded':
      return withReason(why.folded(kind), line);
    default:
      return withReason(why.waiting(kind), line);
  }
}

/** A kind of delivery as people call it. */
export function kindName(kind: string, { deliveryKinds }: Texts): string {
  return deliveryKinds[kind] ?? kind.replaceAll('_', ' ');
}

function chatName(lane: string, { why }: Texts, here?: Here): string {
  const id = chatIdOf(lane);
  return id === here?.chatId ? `${here.title} (${id})` : why.chat(String(id), !isGroup(lane));
}

function desk(source: string): string {
  return source === 'tawk' ? 'Tawk' : 'Chatwoot';
}

function withReason(text: string, { detail }: StoryLine): string {
  return detail ? `${text}: ${clip(detail, maxLength)}` : text;
}

function spaced(name: unknown, { something }: Texts['why']): string {
  return typeof name === 'string' ? name.replaceAll(/[-_]/g, ' ') : something;
}
