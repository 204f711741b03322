import type { ActOutcome } from '../../incidences/act-on-incidence.ts';
import type { IncidenceView } from '../../incidences/incidence-view-store.ts';
import { clip } from '../../transcripts/clip.ts';
import type { TagChange } from '../callback-data.ts';
import type { Dates, Locale } from '../locale.ts';
import { storyLine } from './story-line.ts';
import { weekTime } from './words.ts';
import type { Texts } from '../texts/texts.ts';

/** What happened, or why not, in the few words of a toast. */
export function toastOf(outcome: ActOutcome, { toasts, outcomesInText }: Texts): string {
  if (outcome.ok) {
    const { incidence } = outcome;
    switch (incidence.status) {
      case 'open':
        return toasts.openAgain(incidence.id);
      case 'acknowledged':
        return toasts.yours(incidence.id);
      case 'closed':
        return toasts.closed(incidence.id, outcomesInText[incidence.outcome ?? 'resolved']);
    }
  }
  switch (outcome.reason) {
    case 'not-found':
      return toasts.notFound;
    case 'open-as-another':
      return toasts.openAsAnother(outcome.id);
    case 'already-acknowledged':
      return toasts.alreadyAcknowledged(outcome.byThem ? toasts.you : outcome.by);
    case 'already-closed':
      return toasts.alreadyClosed(outcome.byThem ? toasts.you : outcome.by);
    case 'not-acknowledged':
      return toasts.notAcknowledged;
    case 'not-closed':
      return toasts.notClosed;
    case 'stale':
      return toasts.changedMeanwhile;
    case 'same-severity':
      return toasts.sameSeverity;
  }
}

export function severityToast(outcome: ActOutcome, texts: Texts): string {
  if (!outcome.ok) return toastOf(outcome, texts);
  const { id, severity } = outcome.incidence;
  return texts.toasts.severity(id, texts.severities[severity]);
}

/** What happened since the card was as the presser saw it; undefined where that is not why nothing happened. */
export function staleToast(outcome: ActOutcome, locale: Pick<Locale, 'texts' | keyof Dates>): string | undefined {
  if (outcome.ok || outcome.reason !== 'stale') return undefined;
  const { toasts } = locale.texts;
  return outcome.change ? toasts.meanwhile(storyLine(outcome.change, locale)) : toasts.changedMeanwhile;
}

export function assignToast(outcome: ActOutcome, texts: Texts): string {
  if (!outcome.ok) return toastOf(outcome, texts);
  const { id, acknowledgedByName } = outcome.incidence;
  return texts.toasts.assigned(id, acknowledgedByName);
}

export function snoozeToast(outcome: ActOutcome, locale: Locale, now: Date): string {
  const { texts } = locale;
  const until = outcome.ok ? outcome.incidence.snoozedUntil : null;
  return outcome.ok && until
    ? texts.toasts.snoozed(outcome.incidence.id, weekTime(until, now, locale))
    : toastOf(outcome, texts);
}

export function tagToast(change: TagChange, isChanged: boolean, tag: string, { toasts }: Texts): string {
  switch (change) {
    case 'set':
      return isChanged ? toasts.tagged(tag) : toasts.alreadyTagged(tag);
    case 'unset':
      return isChanged ? toasts.tagRemoved(tag) : toasts.tagAlreadyRemoved(tag);
  }
}

/** The contacts of the customer with the name; empty where none is known. In the 200 characters of a toast. */
export function contactToast({ customerName, customerEmail, customerPhone }: IncidenceView): string {
  if (!customerEmail && !customerPhone) return '';
  const known = [clip(customerName ?? '', 50), clip(customerEmail ?? '', 110), clip(customerPhone ?? '', 30)];
  return known.filter(Boolean).join('\n');
}
