import type { UndoOutcome } from '../../incidences/undo-last-action.ts';
import type { Texts } from '../texts/texts.ts';
import { isolated } from './html.ts';

/** What was undone, or why not. */
export function undoToast(outcome: UndoOutcome, texts: Texts): string {
  const { toasts } = texts;
  if (outcome.ok) return toasts.undone(doneBy(outcome.undone, texts));
  switch (outcome.reason) {
    case 'not-found':
      return toasts.notFound;
    case 'open-as-another':
      return toasts.openAsAnother(outcome.id);
    case 'nothing-to-undo':
      return toasts.nothingToUndo;
    case 'too-late-to-undo':
      return toasts.tooLateToUndo;
    case 'changed-since':
      return toasts.changedSince;
    case 'not-the-last':
      return toasts.meanwhile(doneBy(outcome.last, texts));
  }
}

/** `closed by Ana` */
export function doneBy({ action, actor }: Readonly<{ action: string; actor: string }>, { did }: Texts): string {
  return `${did[action] ?? action} by ${isolated(actor)}`;
}
