import { type DeliveryRequest, rank } from '../delivery/delivery.ts';
import { type ChatPlace, laneOf } from '../routes/lane.ts';
import type { InboxNotice } from '../sources/source-event.ts';
import type { Stored } from './meaning.ts';

/** While one waits, further ones of the same cause join it; they are counted when it is sent. */
export function unrecognizedNotices(places: readonly ChatPlace[], stored: Stored, reason: string): DeliveryRequest[] {
  return places.map((place) => ({
    lane: laneOf(place.chatId),
    kind: 'drift_note',
    subject: `drift:${stored.source}:${reason}`,
    rank: rank.document,
    incidenceId: null,
    payload: { ...place, source: stored.source, reason, eventId: stored.id },
  }));
}

/** Whether they were notified already is decided when it is sent. */
export function inboxNotices(places: readonly ChatPlace[], notice: InboxNotice): DeliveryRequest[] {
  return places.map((place) => ({
    lane: laneOf(place.chatId),
    kind: notice.state === 'lost' ? 'inbox_lost_note' : 'inbox_back_note',
    subject: `inbox:${notice.account}:${notice.inbox}`,
    rank: rank.high,
    incidenceId: null,
    payload: { ...place, name: notice.name },
  }));
}
