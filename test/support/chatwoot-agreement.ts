import { isDeepStrictEqual } from 'node:util';
import type { ChatwootPeer } from '../../src/app/sandbox-mode/chatwoot/chatwoot.ts';
import type { Change } from '../../src/app/sandbox-mode/chatwoot/change.ts';
import type { Conversation, Priority } from '../../src/app/sandbox-mode/chatwoot/records.ts';
import type { Chat } from './chat.ts';
import type { World } from './world.ts';

type Known = Readonly<{
  id: string;
  status: 'open' | 'acknowledged' | 'closed';
  severity: keyof typeof priorities;
  isGraded: boolean;
  isSnoozed: boolean;
  assignee: string | null;
  labels: string | null;
  tags: string[];
}>;

const priorities = { low: 'low', medium: 'medium', high: 'high', critical: 'urgent' } as const;
const ranks: readonly Priority[] = ['low', 'medium', 'high', 'urgent'];

/**
 * Where Telegram and Chatwoot do not say the same of this conversation, in words. They agree when:
 *
 * - deleted there, it is closed here; resolved there, closed here, and the other way round. Pending and snoozed, it may be
 *   either: a person closed it here, or it waits.
 * - what a person graded here is the priority there; ungraded, it is no less severe than the priority.
 * - each tag is a label, and what was untagged is none, unless Chatwoot's people changed that label last.
 * - while it is open, the card names the labels and the assignee.
 *
 * Where both sides changed the same thing, the newest state stands on both; which one that was is not asked here.
 */
export async function disagreements(
  { rows }: Pick<World, 'rows'>,
  team: Chat,
  peer: ChatwootPeer,
  conversationId: number,
  labelsByDesk: ReadonlyMap<string, boolean>,
): Promise<string[]> {
  const [known] = await rows<Known>(
    `select id, status, severity, severity_judged is not null as "isGraded",
       status <> 'closed' and snoozed_until is not null as "isSnoozed", assignee, additional_info ->> 'labels' as labels,
       array(select name from incidence_tags join tags on tags.id = tag_id where incidence_id = i.id) as tags
     from incidences i where external_id = $1 order by id desc limit 1`,
    String(conversationId),
  );
  const there = peer.world.conversations.get(conversationId);
  if (!known) return there?.status === 'open' && there.waitingSince ? ['it waits, and has no card'] : [];
  const word = known.isSnoozed ? 'snoozed' : known.status === 'acknowledged' ? 'acknowledged by' : known.status;
  const state = team.state(Number(known.id));
  const wrong = state.includes(`· ${word}`) ? [] : [`the card says ${state}, the database ${known.status}`];
  if (!there) return known.status === 'closed' ? wrong : [...wrong, 'deleted there, open here'];
  return [...wrong, ...inState(known, there), ...inGrade(known, there), ...inLabels(known, there, labelsByDesk)];
}

function inState({ status }: Known, there: Conversation): string[] {
  if (there.status === 'pending' || there.status === 'snoozed') return [];
  return (there.status === 'resolved') === (status === 'closed') ? [] : [`${there.status} there, ${status} here`];
}

function inGrade({ status, severity, isGraded }: Known, { priority }: Conversation): string[] {
  if (priority === null || status === 'closed') return [];
  const mine = priorities[severity];
  const isSame = isGraded ? mine === priority : ranks.indexOf(mine) >= ranks.indexOf(priority);
  return isSame ? [] : [`priority ${priority} there, ${isGraded ? 'set to ' : ''}${severity} here`];
}

function inLabels(known: Known, there: Conversation, byDesk: ReadonlyMap<string, boolean>): string[] {
  const names = new Set([...known.tags, ...there.labels, ...byDesk.keys()]);
  const apart = [...names].filter((name) => {
    const isThere = there.labels.includes(name);
    return isThere !== known.tags.includes(name) && byDesk.get(name) !== isThere;
  });
  const wrong = apart.map((name) => `${name} is ${there.labels.includes(name) ? 'a label only' : 'a tag only'}`);
  if (known.status === 'closed') return wrong;
  const labels = there.labels.join(', ');
  if ((known.labels ?? '') !== labels) wrong.push(`labels ${labels} there, ${known.labels} on the card`);
  if (there.assignee && there.assignee.name !== known.assignee) {
    wrong.push(`assigned to ${there.assignee.name} there, ${known.assignee} on the card`);
  }
  return wrong;
}

/** Changes a conversation as Chatwoot's people do, and remembers which labels they changed last, and to what. */
export function changeByDesk(peer: ChatwootPeer, id: number, change: Change, byDesk: Map<string, boolean>): void {
  const before = peer.conversation(id).labels;
  peer.change(id, change);
  const after = peer.conversation(id).labels;
  if (isDeepStrictEqual(before, after)) return;
  for (const name of new Set([...before, ...after])) {
    if (before.includes(name) !== after.includes(name)) byDesk.set(name, after.includes(name));
  }
}
