import { transact } from '../../database/transact.ts';
import type { Attempt, Delivery } from '../../delivery/delivery.ts';
import { editCards } from '../../incidences/edit-cards.ts';
import { isSnoozed } from '../../incidences/incidence.ts';
import * as incidenceStore from '../../incidences/incidence-store.ts';
import * as incidenceViewStore from '../../incidences/incidence-view-store.ts';
import { isSameSecond, untilReply } from '../../incidences/snooze.ts';
import { mayBeDone } from '../chatwoot-error.ts';
import { type DeskConversation, fetchConversation } from '../conversation.ts';
import * as writeStore from '../write-store.ts';
import { failed, obsolete, sent, type SenderDeps } from './deps.ts';

/** Quick changes of mind become one write. */
const settleMs = 1_500;
/** More flips than this in a minute, by both sides, and we stop writing for `restMs`. */
const maxFlips = 6;
const minuteMs = 60_000;
const restMs = 5 * 60_000;

type View = incidenceViewStore.IncidenceView;

/** Resolves, snoozes or opens the conversation, as the incidence is now. */
export async function writeStatus(deps: SenderDeps, delivery: Delivery, now: Date): Promise<Attempt> {
  const { db } = deps;
  const incidence = await incidenceViewStore.findById(db, delivery.incidenceId ?? 0);
  if (!incidence) return obsolete('the incidence is gone');
  const written = await writeStore.find(db, incidence.id);
  const rest = await restUntil(deps, incidence, written, now);
  if (rest) return rest;
  const readyAt = new Date((written.statusAt?.getTime() ?? 0) + settleMs);
  if (readyAt > now) return { outcome: 'too-early', until: readyAt, reason: 'it was written a moment ago' };
  if (await incidenceStore.findOpenSibling(db, incidence)) {
    if (incidence.deskStatusSending !== null) await endWrite(deps, incidence, undefined);
    return obsolete('the conversation goes on in another incidence');
  }
  return setStatus(deps, delivery, { incidence, wasPaused: written.pausedUntil !== null });
}

async function setStatus(
  deps: SenderDeps,
  delivery: Delivery,
  { incidence, wasPaused }: Readonly<{ incidence: View; wasPaused: boolean }>,
): Promise<Attempt> {
  const { db, client } = deps;
  const { id, externalId } = incidence;
  const wanted = wantedOf(incidence);
  const before = await fetchConversation(client, externalId);
  if (!before.ok) return failed(deps, incidence, before.failure);
  if (wasPaused) await pause(deps, id, null);
  if (isInState(before.conversation, wanted, incidence)) {
    await found(deps, incidence, wanted, before.conversation);
    return obsolete('Chatwoot has it already');
  }

  // A customer's message may have opened it while Chatwoot was asked.
  if (!(await writeStore.beginStatus(db, incidence, wanted))) return writeStatus(deps, delivery, deps.now());
  const answer = await client.call('POST', `/conversations/${externalId}/toggle_status`, {
    status: wanted,
    ...(wanted === 'snoozed' && { snoozed_until: secondsOf(incidence.snoozedUntil) }),
  });
  if (!answer.ok) {
    if (!mayBeDone(answer.failure)) await endWrite(deps, incidence, undefined);
    return failed(deps, incidence, answer.failure);
  }
  const after = await fetchConversation(client, externalId);
  // Attempted again: which of its events are our own doing is known only by this.
  if (!after.ok) return failed(deps, incidence, after.failure);
  const isStill = after.conversation.status === wanted && isInState(after.conversation, wanted, incidence);
  if (isStill) await keepAssignee(deps, incidence, before.conversation, after.conversation);
  // Somebody in Chatwoot may have changed it again already: then only what was before is known not to be newer.
  const { updated_at: version } = (isStill ? after : before).conversation;
  const { snoozedUntil } = incidence;
  await endWrite(deps, incidence, { status: wanted, snoozedUntil, version }, { statusAt: deps.now() });
  return sent;
}

/** It is so already: an earlier attempt may have done it without an answer, or somebody in Chatwoot did, which is to be known. */
async function found(
  deps: SenderDeps,
  incidence: View,
  wanted: writeStore.WrittenStatus,
  conversation: DeskConversation,
): Promise<void> {
  const { status, updated_at: version } = conversation;
  const snoozedUntil = snoozedUntilOf(conversation);
  if (incidence.deskStatusSending !== null) {
    await endWrite(deps, incidence, status === wanted ? { status: wanted, snoozedUntil, version } : undefined);
  }
  await writeStore.saveFound(deps.db, incidence.id, { status, snoozedUntil, version });
}

/** What Chatwoot told meanwhile of a conversation in the state that was being written is decided now. */
async function endWrite(
  { db, wake, now }: SenderDeps,
  incidence: View,
  written: writeStore.Written | undefined,
  also?: Readonly<{ statusAt: Date }>,
): Promise<void> {
  const isAwaited = await transact(db, async (trx) => {
    if (also) await writeStore.save(trx, incidence.id, also);
    return writeStore.endStatus(trx, incidence, written, now());
  });
  if (isAwaited) wake.signal('inbound');
}

/** Stops writing the state until then, or resumes (null), and shows that on the cards. */
async function pause({ db, now }: SenderDeps, id: number, until: Date | null): Promise<void> {
  await transact(db, async (trx) => {
    await writeStore.save(trx, id, { pausedUntil: until });
    await editCards(trx, id, now());
  });
}

function wantedOf(incidence: View): writeStore.WrittenStatus {
  if (incidence.status === 'closed') return 'resolved';
  return isSnoozed(incidence) ? 'snoozed' : 'open';
}

/** A conversation that is pending in Chatwoot counts as open too. */
function isInState(conversation: DeskConversation, wanted: writeStore.WrittenStatus, { snoozedUntil }: View): boolean {
  const { status } = conversation;
  switch (wanted) {
    case 'resolved':
      return status === 'resolved';
    case 'snoozed':
      return status === 'snoozed' && isSameSecond(snoozedUntilOf(conversation), snoozedUntil);
    case 'open':
      return status === 'open' || status === 'pending';
  }
}

function snoozedUntilOf({ status, snoozed_until: until }: DeskConversation): Date | null {
  if (status !== 'snoozed') return null;
  return until ? new Date(until) : untilReply;
}

/** As Chatwoot wants a time to be written; null: until the customer writes. */
function secondsOf(at: Date | null): number | null {
  return at && !isSameSecond(at, untilReply) ? Math.floor(at.getTime() / 1000) : null;
}

/** With the token of an agent, Chatwoot assigns what is opened to that agent, which nobody intended. */
async function keepAssignee(
  deps: SenderDeps,
  { externalId }: View,
  before: DeskConversation,
  after: DeskConversation,
): Promise<void> {
  const [was, is] = [before.meta.assignee?.id ?? null, after.meta.assignee?.id ?? null];
  if (was === is || is === null || is !== (await deps.client.ownerId())) return;
  await deps.client.call('POST', `/conversations/${externalId}/assignments`, { assignee_id: was });
}

/** What to answer while two systems fight over the conversation; undefined while they do not. */
async function restUntil(
  deps: SenderDeps,
  { id }: View,
  written: writeStore.DeskWrite,
  now: Date,
): Promise<Attempt | undefined> {
  const reason = 'Chatwoot and Telegram keep changing the state against each other';
  const { pausedUntil } = written;
  if (pausedUntil && pausedUntil > now) return { outcome: 'too-early', until: pausedUntil, reason };
  // What was counted before the rest counts no more.
  if (pausedUntil) return undefined;
  const { flips, isFight } = await writeStore.countFlips(deps.db, id, new Date(now.getTime() - minuteMs));
  if (!isFight || flips <= maxFlips) return undefined;
  const until = new Date(now.getTime() + restMs);
  await pause(deps, id, until);
  return { outcome: 'too-early', until, reason };
}
