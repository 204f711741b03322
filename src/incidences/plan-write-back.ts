import { rank, type DeliveryRequest } from '../delivery/delivery.ts';
import type { Action, Incidence } from './incidence.ts';
import type { Undo } from './undo.ts';

/** The help desk that actions are written back to: its account, and what is written. */
export type Desk = Readonly<{
  account: string;
  sync: readonly ('status' | 'labels' | 'priority' | 'notes' | 'assignee')[];
}>;

/** What somebody, or the time, did to an incidence. */
export type Did = Exclude<Action['kind'], 'note'> | 'tag' | 'wake';

type Named = Pick<Incidence, 'id' | 'source' | 'kind' | 'account' | 'externalId' | 'deskAssignedTo'>;

/**
 * The deliveries after which the help desk agrees with what a person did. Each reads the present state when it is sent.
 * `isLinked`: whoever did it is somebody in the desk, to whom it can be assigned. Pure.
 */
export function planWriteBack(
  incidence: Named,
  did: Did | readonly Did[],
  desk: Desk | undefined,
  isLinked: boolean,
): DeliveryRequest[] {
  if (!desk || !isOf(desk, incidence)) return [];
  const isAssigning = isLinked || incidence.deskAssignedTo !== null;
  const parts = new Set([did].flat().flatMap(partsOf));
  return desk.sync
    .filter((part) => parts.has(part) && (part !== 'assignee' || isAssigning))
    .map((part) => ({
      lane: deskLane(incidence),
      kind: deliveryKinds[part],
      subject: `incidence:${incidence.id}`,
      rank: rank.medium,
      incidenceId: incidence.id,
      payload: {},
    }));
}

type Part = Desk['sync'][number];

const deliveryKinds = {
  status: 'chatwoot_status',
  assignee: 'chatwoot_assignee',
  notes: 'chatwoot_note',
  labels: 'chatwoot_labels',
  priority: 'chatwoot_priority',
} as const satisfies Record<Part, string>;

/** What of the conversation follows. */
function partsOf(did: Did): readonly Part[] {
  switch (did) {
    case 'acknowledge':
    case 'assign':
    case 'release':
      return ['assignee', 'notes'];
    case 'close':
    case 'reopen':
      return ['status', 'notes'];
    case 'snooze':
      return ['status'];
    case 'wake':
      return ['status', 'assignee'];
    case 'tag':
      return ['labels'];
    case 'severity':
      return ['priority'];
  }
}

/** What an undo must write back: whatever the action could have changed there. */
export function whatFollows({ before }: Undo): readonly Did[] {
  const did: Did[] = [];
  const has = (column: string) => column in before;
  if (has('closedAt')) did.push('close');
  // While it was closed, its holder was not written.
  if (has('acknowledgedBy') || before['status'] === 'acknowledged') did.push('acknowledge');
  if (has('snoozedUntil')) did.push('snooze');
  if (has('severity')) did.push('severity');
  if (has('tags')) did.push('tag');
  return did;
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
