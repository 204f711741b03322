import type { Message } from 'telegram-sandbox';

const names = {
  Opened: 'opened',
  Acknowledged: 'acknowledged',
  Closed: 'closed',
  Reopened: 'reopened',
  'Missed chats': 'missed',
  'Open now': 'openNow',
  'To the acknowledgement': 'toAcknowledge',
  'To the first answer': 'toAnswer',
  'To the close': 'toClose',
} as const;

type Shown = Readonly<Partial<Record<(typeof names)[keyof typeof names], number | string>>>;

/** What an answer to /stats says: the counts without those of the period before, and the median times. */
export function shownStats({ text = '' }: Pick<Message, 'text'>): Shown {
  const shown = text.split('\n').flatMap((line) => {
    const [, label = '', value = ''] = /^([\w ]+): ([^,(]+)/.exec(line) ?? [];
    const name = Object.entries(names).find(([words]) => words === label)?.[1];
    return name === undefined ? [] : [[name, /^\d+ ?$/.test(value) ? Number(value) : value.trim()] as const];
  });
  return Object.fromEntries(shown);
}

/** The lines under `By …`. */
export function shownGroups({ text = '' }: Pick<Message, 'text'>): string[] {
  const lines = text.split('\n');
  return lines.slice(lines.findIndex((line) => line.startsWith('By ')) + 1);
}
