import { rank, type DeliveryRequest } from '../delivery/delivery.ts';
import type { Action, Incidence } from './incidence.ts';

/** The help desk that actions are written back to: its account, and what is written. */
export type Desk = Readonly<{
  account: string;
  sync: readonly ('status' | 'labels' | 'priority' | 'notes' | 'assignee')[];
}>;

type Named = Pick<Incidence, 'id' | 'source' | 'kind' | 'account' | 'externalId' | 'deskAssignedTo'>;

/**
 * The deliveries after which the help desk agrees with what a person did. Each reads the present state when it is sent.
 * `isLinked`: whoever did it is somebody in the desk, to whom it can be assigned. Pure.
 */
export function planWriteBack(
  incidence: Named,
  did: Exclude<Action['kind'], 'note'> | 'tag',
  desk: Desk | undefined,
  isLinked: boolean,
): DeliveryRequest[] {
  if (!desk || !isOf(desk, incidence)) return [];
  const request = (kind: string): DeliveryRequest => ({
    lane: deskLane(incidence),
    kind,
    subject: `incidence:${incidence.id}`,
    rank: rank.medium,
    incidenceId: incidence.id,
    payload: {},
  });
  const status = desk.sync.includes('status') ? [request('chatwoot_status')] : [];
  const note = desk.sync.includes('notes') ? [request('chatwoot_note')] : [];
  const isAssigning = isLinked || incidence.deskAssignedTo !== null;
  const assignee = isAssigning && desk.sync.includes('assignee') ? [request('chatwoot_assignee')] : [];
  const labels = desk.sync.includes('labels') ? [request('chatwoot_labels')] : [];
  switch (did) {
    case 'acknowledge':
    case 'release':
      return [...assignee, ...note];
    case 'close':
    case 'reopen':
      return [...status, ...note];
    case 'tag':
      return labels;
    case 'severity':
      return desk.sync.includes('priority') ? [request('chatwoot_priority')] : [];
  }
}

/** The delivery of one note. Notes do not join: each is written, in the order they were typed. Pure. */
export function planNote(
  incidence: Named,
  payload: Readonly<{ noteId: number; nonce: string }>,
  desk: Desk,
): DeliveryRequest[] {
  if (!isOf(desk, incidence) || !desk.sync.includes('notes')) return [];
  return [
    {
      lane: deskLane(incidence),
      kind: 'chatwoot_team_note',
      subject: `note:${payload.noteId}`,
      rank: rank.medium,
      incidenceId: incidence.id,
      payload,
    },
  ];
}

/** One at a time in a conversation, conversations in parallel. */
export function deskLane({ externalId }: Pick<Incidence, 'externalId'>): string {
  return `chatwoot:${externalId}`;
}

/** A conversation of this account. An alert may name the conversation without its account. */
function isOf(desk: Desk, { source, kind, account, externalId }: Named): boolean {
  if (source === 'tawk' || kind !== 'conversation' || !/^\d{1,15}$/.test(externalId)) return false;
  return account === '' || account === desk.account;
}
