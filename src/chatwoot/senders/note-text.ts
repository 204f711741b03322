import type { IncidenceView } from '../../incidences/incidence-view-store.ts';
import type { Outcome } from '../../incidences/incidence.ts';
import { withoutLiquid } from '../liquid.ts';

/** A state that Chatwoot's agents should know about: `key` identifies it, `text` describes it. */
export type DeskNote = Readonly<{ key: string; text: string }>;

const outcomes: Readonly<Record<Outcome, string>> = {
  resolved: 'resolved',
  no_reply_needed: 'no reply needed',
  duplicate: 'duplicate',
  spam: 'spam',
};

/**
 * The private note about the present state; undefined where there is nothing to write. `noted` is the key of the last
 * note, `releasedBy` the name of whoever released it last.
 */
export function noteOf(
  incidence: IncidenceView,
  noted: string | null,
  releasedBy: string | undefined,
): DeskNote | undefined {
  const { id, status, acknowledgedBy, acknowledgedByName, closedBy, closedByName, closedAt, outcome, note } = incidence;
  const noteWith = (key: string, text: string) => ({ key, text: withoutLiquid(`${text} (#${id})`) });
  switch (status) {
    case 'acknowledged':
      return noteWith(`acknowledged:${acknowledgedBy}`, `Acknowledged by ${acknowledgedByName} in Telegram`);
    case 'closed': {
      // Chatwoot closed it itself.
      if (closedBy === null) return undefined;
      const remark = note ? `: ${note}` : '';
      const how = outcomes[outcome ?? 'resolved'];
      return noteWith(`closed:${closedAt?.toISOString()}`, `Closed by ${closedByName} in Telegram as ${how}${remark}`);
    }
    case 'open':
      // A release matters only to those who saw the note of the acknowledgement.
      if (!noted?.startsWith('acknowledged:')) return undefined;
      return noteWith('released', `Released by ${releasedBy ?? 'somebody'} in Telegram`);
  }
}
