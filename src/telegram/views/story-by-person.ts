import { outcomes } from '../../incidences/incidence.ts';
import type { StoryEvent } from '../../incidences/story.ts';
import { clip } from '../../transcripts/clip.ts';
import type { Dates, Locale } from '../locale.ts';
import type { Texts } from '../texts/texts.ts';
import { isolated } from './html.ts';
import { doneBy } from './undo.ts';
import { storedSnoozeEnd } from './words.ts';

const maxLength = 120;

/** What somebody did, or what Bellhop did when its time came. */
export function byPerson(
  { action, actor: name, after, note }: Extract<StoryEvent, { step: 'acted' }>,
  locale: Pick<Locale, 'texts' | keyof Dates>,
): string {
  const { texts } = locale;
  const { why, outcomesInText } = texts;
  const actor = isolated(name);
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
    case 'contact':
      return why.contactShownTo(actor);
    case 'note':
      return `${why.noteBy(actor)}${remark}`;
    case 'severity':
      return why.severityBy(spaced(after['severity'], why), actor);
    case 'assign':
      return why.assignedBy(isolated(after.assignedTo ?? why.something), actor);
    case 'undo':
      return why.undoneBy(after.undone ? doneBy(after.undone, texts) : why.something, actor);
    case 'snooze':
      return why.snoozedBy(actor, after.snoozedUntil ? storedSnoozeEnd(after.snoozedUntil, locale) : why.something);
    case 'wake':
      return why.snoozeOver;
    case 'tag': {
      const tags = (after.tags ?? []).join(', ');
      return tags === '' ? why.tagsRemovedBy(actor) : `${why.taggedBy(actor)}: ${clip(tags, maxLength)}`;
    }
    case 'refused':
      return refusedPress({ actor: name, wanted: after.wanted, reason: after.reason }, texts);
    default:
      return `${why.doneBy(spaced(action, why), actor)}${remark}`;
  }
}

/** What a refused press was for, and why it was refused. */
export function refusedPress(
  { actor, wanted, reason }: Readonly<{ actor: string; wanted: string | undefined; reason: string | null | undefined }>,
  { why }: Texts,
): string {
  const what = wanted === undefined ? why.something : (why.wanted[wanted] ?? spaced(wanted, why));
  return why.refused(isolated(actor), what, spaced(reason, why));
}

function spaced(name: string | null | undefined, { something }: Texts['why']): string {
  return name?.replaceAll(/[-_]/g, ' ') ?? something;
}
