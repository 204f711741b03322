import { outcomes } from '../../incidences/incidence.ts';
import type { StoryLine } from '../../incidences/story.ts';
import { clip } from './html.ts';
import { counted, outcomeName } from './words.ts';

/** The chat in which it is told, to be called by its name. */
export type Here = Readonly<{ chatId: number; title: string }>;

const most = 120;

/** One thing that happened, as a person would say it. Notes are told whole: they may stand nowhere else any more. */
export function storyLine(line: StoryLine, here?: Here): string {
  switch (line.step) {
    case 'received':
      return line.name === 'alert' ? 'received as an alert' : `received from ${desk(line.name)} (${line.detail})`;
    case 'processed':
      return processed(line);
    case 'done':
      return isOfSource(line.name) ? told(line) : acted(line);
    case 'queued':
      return `queued: ${kindName(line.name)} for ${place(line.who ?? '', here)}`;
    case 'tried':
      return withReason(
        `${kindName(line.name)} tried ${counted(line.count ?? 1, 'time')}: ${outcomeWords(line)}`,
        line,
      );
    case 'settled':
    case 'pending':
      return fate(line);
  }
}

function processed(line: StoryLine): string {
  switch (line.name) {
    case 'processed':
      return line.detail ? withReason('processed', line) : `processed, ${line.count} ms after it came`;
    case 'ignored':
      return withReason('changed nothing', line);
    case 'duplicate':
      return withReason('came twice', line);
    case 'drift':
      return withReason('was not understood', line);
    default:
      return withReason('could not be processed', line);
  }
}

const eventWords: Readonly<Record<string, (desk: string) => string>> = {
  alerted: () => 'an alert came',
  wrote: (name) => `the customer wrote in ${name}`,
  answered: (name) => `answered in ${name}`,
  status: (name) => `${name} told of it`,
  resolved: (name) => `resolved in ${name}`,
  'visitor-left': () => 'the visitor left',
  transcript: () => 'the transcript came',
};

function isOfSource(action: string): boolean {
  return action in eventWords;
}

/** What a source told, and what that changed. */
function told({ name, who, before, after }: StoryLine): string {
  const words = eventWords[name]?.(desk(who ?? '')) ?? name;
  const status = after?.['status'];
  const changes = [
    status === 'open' && (before?.['status'] === 'closed' ? 'open again' : 'opened'),
    status === 'closed' && 'closed',
    ...['severity', 'reason', 'assignee'].map((key) => {
      const value = after?.[key];
      return typeof value === 'string' && `${key} ${clip(value, most)}`;
    }),
  ].filter((change) => change !== false);
  return changes.length > 0 ? `${words}: ${changes.join(', ')}` : words;
}

/** What a person did. */
function acted({ name, who, after, detail }: StoryLine): string {
  const note = detail ? `: ${detail}` : '';
  switch (name) {
    case 'acknowledge':
      return `acknowledged by ${who}`;
    case 'release':
      return `released by ${who}`;
    case 'close': {
      const outcome = outcomes.find((known) => known === after?.['outcome']) ?? 'resolved';
      return `closed by ${who} as ${outcomeName(outcome).toLowerCase()}${note}`;
    }
    case 'reopen':
      return `opened again by ${who}`;
    case 'note':
      return `note by ${who}${note}`;
    case 'tag': {
      const tags = Array.isArray(after?.['tags']) ? after['tags'].join(', ') : '';
      return tags === '' ? `tags taken away by ${who}` : `tagged by ${who}: ${clip(tags, most)}`;
    }
    case 'refused':
      return `refused: ${who} wanted to ${wish(after?.['wanted'])} (${spoken(after?.['reason'])})`;
    default:
      return `${spoken(name)} by ${who}${note}`;
  }
}

/** What the pressed button was for. */
function wish(wanted: unknown): string {
  switch (wanted) {
    case 'outcome-menu':
      return 'close it';
    case 'tag-menu':
    case 'new-tag':
    case 'tag':
      return 'tag it';
    case 'write-note':
    case 'note':
      return 'write a note';
    case 'main-menu':
      return 'leave a menu';
    default:
      return `${spoken(wanted)} it`;
  }
}

function outcomeWords({ state }: StoryLine): string {
  switch (state ?? '') {
    case 'retry-after':
      return 'Telegram asked to wait';
    case 'unreachable':
      return 'Telegram could not be reached';
    case 'connection-lost':
      return 'the connection to Telegram broke';
    case 'timed-out':
      return 'Telegram did not answer in time';
    case 'temporary':
      return 'Telegram failed';
    case 'rejected':
      return 'Telegram refused it';
    case 'lane-lost':
      return 'the chat took no message';
    case 'gone':
      return 'the message was deleted';
    default:
      return 'it could not be made';
  }
}

/** What became of a delivery, or that it still waits. */
function fate(line: StoryLine): string {
  const kind = kindName(line.name);
  switch (line.state ?? '') {
    case 'sent':
      if (line.count === null) return `${kind} sent`;
      return `${kind} ${line.name === 'edit_card' ? 'shown in' : 'sent as'} message ${line.count}`;
    case 'obsolete':
      return withReason(`${kind} not needed any more`, line);
    case 'dead':
      return withReason(`${kind} given up`, line);
    case 'folded':
      return withReason(`${kind} folded into the storm card`, line);
    default:
      return withReason(`${kind} waits its turn`, line);
  }
}

function kindName(kind: string): string {
  switch (kind) {
    case 'send_card':
      return 'new card';
    case 'edit_card':
      return 'card update';
    case 'severity_note':
      return 'note that it got worse';
    case 'reopened_note':
      return 'note that it is open again';
    default:
      return spoken(kind);
  }
}

function place(lane: string, here?: Here): string {
  const id = lane.replace('telegram:', '');
  if (here && id === String(here.chatId)) return `${here.title} (${id})`;
  return `${id.startsWith('-') ? 'chat' : 'private chat'} ${id}`;
}

function desk(source: string): string {
  return source === 'tawk' ? 'Tawk' : 'Chatwoot';
}

function withReason(words: string, { detail }: StoryLine): string {
  return detail ? `${words}: ${clip(detail, most)}` : words;
}

function spoken(name: unknown): string {
  return typeof name === 'string' ? name.replaceAll(/[-_]/g, ' ') : 'something';
}
