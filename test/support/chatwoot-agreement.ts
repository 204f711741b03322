import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { ChatwootPeer } from '../../src/app/sandbox-mode/chatwoot/chatwoot.ts';
import type { Change } from '../../src/app/sandbox-mode/chatwoot/change.ts';
import type { Conversation, Priority } from '../../src/app/sandbox-mode/chatwoot/records.ts';
import { isSameSecond, untilReply } from '../../src/incidences/snooze.ts';
import type { Chat } from './chat.ts';
import type { World } from './world.ts';

type Known = Readonly<{
  id: string;
  status: 'open' | 'acknowledged' | 'closed';
  severity: keyof typeof priorities;
  isGraded: boolean;
  snoozedUntil: Date | null;
  /** Whether whoever acknowledged it is somebody in Chatwoot. */
  isHeldByLinked: boolean;
  assignee: string | null;
  labels: string | null;
  tags: string[];
}>;

/** What Chatwoot's people changed last: each label, and to whom it is assigned. */
export type ByDesk = { labels: Map<string, boolean>; assignee?: number | null };

/** Whom Ana is in Chatwoot. */
export const linkedUser = 32;

const priorities = { low: 'low', medium: 'medium', high: 'high', critical: 'urgent' } as const;
const ranks: readonly Priority[] = ['low', 'medium', 'high', 'urgent'];

/**
 * Where Telegram and Chatwoot do not say the same of this conversation, in words. They agree when:
 *
 * - deleted there, it is closed here; resolved there, closed here, and the other way round. Pending and snoozed, it may be
 *   either: a person closed it here, or it waits.
 * - snoozed here, it is snoozed there until the same second, and the other way round, unless it is pending or closed.
 * - what a person graded here is the priority there; ungraded, it is no less severe than the priority.
 * - each tag is a label, and what was untagged is none, unless Chatwoot's people changed that label last.
 * - who acknowledged it is assigned, if they are somebody in Chatwoot, unless Chatwoot's people assigned it last.
 * - while it is open, the card names the labels and the assignee.
 * - each note and each reply that was sent is there once, and nothing that was not sent.
 *
 * Where both sides changed the same thing, the newest state stands on both; which one that was is not asked here.
 */
export async function disagreements(
  { rows }: Pick<World, 'rows'>,
  team: Pick<Chat, 'state'>,
  peer: ChatwootPeer,
  conversationId: number,
  byDesk: ByDesk,
): Promise<string[]> {
  const [known] = await rows<Known>(
    `select id, status, severity, severity_judged is not null as "isGraded",
       case when status <> 'closed' then snoozed_until end as "snoozedUntil", assignee,
       additional_info ->> 'labels' as labels,
       exists (select from people_links where person_id = acknowledged_by) as "isHeldByLinked",
       array(select name from incidence_tags join tags on tags.id = tag_id where incidence_id = i.id) as tags
     from incidences i where external_id = $1 order by id desc limit 1`,
    String(conversationId),
  );
  const there = peer.world.conversations.get(conversationId);
  if (!known) return there?.status === 'open' && there.waitingSince ? ['it waits, and has no card'] : [];
  const word = known.snoozedUntil ? 'snoozed' : known.status === 'acknowledged' ? 'acknowledged by' : known.status;
  const state = team.state(Number(known.id));
  const wrong = state.includes(`· ${word}`) ? [] : [`the card says ${state}, the database ${known.status}`];
  if (!there) return known.status === 'closed' ? wrong : [...wrong, 'deleted there, open here'];
  return [
    ...wrong,
    ...inState(known, there),
    ...inSnooze(known, there),
    ...inGrade(known, there),
    ...inLabels(known, there, byDesk),
    ...inAssignee(known, there, byDesk),
    ...(await inMessages(rows, there)),
  ];
}

function inState({ status }: Known, there: Conversation): string[] {
  if (there.status === 'pending' || there.status === 'snoozed') return [];
  return (there.status === 'resolved') === (status === 'closed') ? [] : [`${there.status} there, ${status} here`];
}

function inSnooze({ status, snoozedUntil }: Known, there: Conversation): string[] {
  if (status === 'closed' || there.status === 'pending') return [];
  const isThere = there.status === 'snoozed';
  const until = isThere ? (there.snoozedUntil ?? untilReply) : null;
  return isSameSecond(until, snoozedUntil)
    ? []
    : [`${there.status} until ${until?.toISOString()} there, ${status} until ${snoozedUntil?.toISOString()} here`];
}

function inGrade({ status, severity, isGraded }: Known, { priority }: Conversation): string[] {
  if (priority === null || status === 'closed') return [];
  const mine = priorities[severity];
  const isSame = isGraded ? mine === priority : ranks.indexOf(mine) >= ranks.indexOf(priority);
  return isSame ? [] : [`priority ${priority} there, ${isGraded ? 'set to ' : ''}${severity} here`];
}

function inLabels(known: Known, there: Conversation, byDesk: ByDesk): string[] {
  const names = new Set([...known.tags, ...there.labels, ...byDesk.labels.keys()]);
  const apart = [...names].filter((name) => {
    const isThere = there.labels.includes(name);
    return isThere !== known.tags.includes(name) && byDesk.labels.get(name) !== isThere;
  });
  const wrong = apart.map((name) => `${name} is ${there.labels.includes(name) ? 'a label only' : 'a tag only'}`);
  if (known.status === 'closed') return wrong;
  const labels = there.labels.join(', ');
  if ((known.labels ?? '') !== labels) wrong.push(`labels ${labels} there, ${known.labels} on the card`);
  return wrong;
}

function inAssignee(known: Known, there: Conversation, byDesk: ByDesk): string[] {
  if (known.status === 'closed') return [];
  const { assignee } = there;
  const wrong: string[] = [];
  if (assignee && assignee.name !== known.assignee) {
    wrong.push(`assigned to ${assignee.name} there, ${known.assignee} on the card`);
  }
  const isByDesk = byDesk.assignee !== undefined && byDesk.assignee === (assignee?.id ?? null);
  const isTheirs = (assignee?.id === linkedUser) === known.isHeldByLinked;
  if (known.status === 'acknowledged' && !isByDesk && !isTheirs) {
    wrong.push(`assigned to ${assignee?.name} there, held by ${known.isHeldByLinked ? 'Ana' : 'Ben'} here`);
  }
  return wrong;
}

/** What was noted and sent in Telegram, and what carries our mark there. */
async function inMessages(rows: World['rows'], { id, messages }: Conversation): Promise<string[]> {
  const written = await rows<{ nonce: string; what: string; isSent: boolean }>(
    `select payload ->> 'nonce' as nonce, 'note' as what, true as "isSent" from deliveries
     where kind = 'chatwoot_team_note' and lane = $1
     union all
     select nonce, 'reply', state = 'sent' from replies join incidences on incidences.id = incidence_id
     where external_id = $2`,
    `chatwoot:${id}`,
    String(id),
  );
  const marks = messages.map(({ contentAttributes }) => nonceIn(contentAttributes));
  const wrong = written.flatMap(({ nonce, what, isSent }) => {
    const times = marks.filter((mark) => mark === nonce).length;
    return times === Number(isSent) ? [] : [`a ${what} is there ${times} times, sent: ${isSent}`];
  });
  const isDoubled = (mark: string | undefined, at: number) => mark !== undefined && marks.indexOf(mark) !== at;
  if (marks.some(isDoubled)) wrong.push('something that we wrote is there twice');
  const replies = new Set(written.filter(({ what }) => what === 'reply').map(({ nonce }) => nonce));
  const isUnasked = messages.some(
    ({ type, private: isPrivate, contentAttributes }) =>
      type === 'outgoing' &&
      !isPrivate &&
      'bellhop' in contentAttributes &&
      !replies.has(nonceIn(contentAttributes) ?? ''),
  );
  return isUnasked ? [...wrong, 'a customer was sent what nobody sent'] : wrong;
}

const marked = z.object({ bellhop: z.object({ nonce: z.string() }) });

function nonceIn(attributes: Record<string, unknown>): string | undefined {
  return marked.safeParse(attributes).data?.bellhop.nonce;
}

/** Changes a conversation as Chatwoot's people do, and remembers what they changed last. */
export function changeByDesk(peer: ChatwootPeer, id: number, change: Change, byDesk: ByDesk): void {
  const before = peer.conversation(id).labels;
  peer.change(id, change);
  if (change.assignee !== undefined) byDesk.assignee = change.assignee?.id ?? null;
  const after = peer.conversation(id).labels;
  if (isDeepStrictEqual(before, after)) return;
  for (const name of new Set([...before, ...after])) {
    if (before.includes(name) !== after.includes(name)) byDesk.labels.set(name, after.includes(name));
  }
}
