import type { ActOutcome } from '../../incidences/act-on-incidence.ts';
import type { TagWish } from '../callback-data.ts';
import { outcomeName } from './words.ts';

/** What happened, or why not, in the few words of a toast. */
export function toastOf(outcome: ActOutcome): string {
  if (outcome.ok) {
    const { incidence } = outcome;
    switch (incidence.status) {
      case 'open':
        return `#${incidence.id} is open again`;
      case 'acknowledged':
        return `#${incidence.id} is yours`;
      case 'closed':
        return `#${incidence.id} closed · ${outcomeName(incidence.outcome ?? 'resolved').toLowerCase()}`;
    }
  }
  switch (outcome.reason) {
    case 'not-found':
      return 'No such incidence';
    case 'open-as-another':
      return `This conversation is already open as #${outcome.id}`;
    case 'already-acknowledged':
      return `Already acknowledged by ${outcome.byThem ? 'you' : (outcome.by ?? 'someone')}`;
    case 'already-closed':
      return `Already closed by ${outcome.byThem ? 'you' : (outcome.by ?? 'the desk')}`;
    case 'not-acknowledged':
      return 'Not acknowledged by anyone: nothing to release';
    case 'not-closed':
      return 'Not closed: nothing to reopen';
  }
}

export function tagToast(wish: TagWish, isChanged: boolean, tag: string): string {
  switch (wish) {
    case 'set':
      return isChanged ? `Tagged ${tag}` : `Already tagged ${tag}`;
    case 'unset':
      return isChanged ? `Tag ${tag} removed` : `Tag ${tag} was already removed`;
  }
}
