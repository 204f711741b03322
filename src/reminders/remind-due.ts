import type { Db, Trx } from '../database/connect.ts';
import { transact } from '../database/transact.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import { type DeliveryRequest, rank } from '../delivery/delivery.ts';
import * as teamStore from '../duty/team-store.ts';
import { decideDue, type Due, dueAt, type Policy, widest } from '../escalation/policy.ts';
import * as policyStore from '../escalation/policy-store.ts';
import * as dueStore from '../incidences/due-store.ts';
import type { Incidence } from '../incidences/incidence.ts';
import * as incidenceStore from '../incidences/incidence-store.ts';
import type { Desk } from '../incidences/plan-write-back.ts';
import { type ChatPlace, laneOf } from '../routes/lane.ts';
import { allPlaces, placesFor, type Routing } from '../routes/places-for.ts';
import { nobody, openAgain } from './open-again.ts';
import * as reminderStore from './reminder-store.ts';

const batch = 200;

type Deps = Readonly<{ places: Routing; adminIds: readonly number[]; desk: Desk | undefined }>;
type Done = Readonly<{ taken: number; open: number; answer: number }>;
type Decided<Kind extends Due['kind']> = Readonly<{ incidence: Incidence; due: Extract<Due, { kind: Kind }> }>;

/**
 * Does the next step of everything that is due: each step and the reminder it causes in one transaction, so each exactly
 * once, whoever runs it. Returns how many incidences it took, of which there may be
 * more, and how many of these got a reminder that nobody acknowledged them (open) or answered the customer (answer).
 */
export async function remindDue(db: Db, deps: Deps, now: Date): Promise<Done> {
  return transact(db, async (trx) => {
    const incidences = await dueStore.lockDue(trx, batch, now);
    if (incidences.length === 0) return { taken: 0, open: 0, answer: 0 };
    const policy = await policyStore.find(trx);
    const decided = incidences.map((incidence) => ({ incidence, due: decideDue(policy, incidence, now) }));
    const reminded = decided.filter((one): one is Decided<'remind'> => one.due.kind === 'remind');
    const asked = decided.filter((one): one is Decided<'ask-holder'> => one.due.kind === 'ask-holder');
    const broken = decided.filter((one): one is Decided<'reopen'> => one.due.kind === 'reopen');
    const slept = decided.filter(({ due }) => due.kind === 'wake');

    const opened = await openAgain(trx, { what: 'promise', incidences: broken.map(incidenceIn) }, deps, now);
    await openAgain(trx, { what: 'snooze', incidences: slept.map(incidenceIn) }, deps, now);
    await dueStore.advance(
      trx,
      decided
        .filter(({ due }) => due.kind !== 'reopen' && due.kind !== 'wake')
        .map((one) => stepsAfter(policy, one, now)),
    );
    const reminders = [
      ...(await escalations(trx, reminded, deps, now)),
      ...asked.flatMap(({ incidence }) => inPlaces(incidence, deps, { about: 'answer', whom: 'holder' })),
      ...opened.flatMap((incidence) => inPlaces(incidence, deps, { about: 'reopened', whom: 'duty' })),
    ];
    await reminderStore.insertMany(
      trx,
      reminders.map(({ reminder }) => reminder),
      now,
    );
    await deliveryStore.enqueue(trx, reminders.map(requestFor), now);
    await incidenceStore.record(trx, [...reminded.map(escalated), ...asked.map(holderReminded)], now);
    return { taken: incidences.length, open: reminded.length, answer: asked.length };
  });
}

function incidenceIn({ incidence }: Readonly<{ incidence: Incidence }>): Incidence {
  return incidence;
}

type Planned = Readonly<{ reminder: reminderStore.NewReminder; severity: Incidence['severity'] }>;

async function escalations(
  trx: Trx,
  reminded: readonly Decided<'remind'>[],
  deps: Deps,
  now: Date,
): Promise<Planned[]> {
  const isForEveryone = ({ due }: Decided<'remind'>) => audienceOf(due) === 'everyone';
  const scope = { adminIds: deps.adminIds, chatIds: allPlaces(deps.places).map(({ chatId }) => chatId) };
  const team = reminded.some(isForEveryone) ? await teamStore.findAll(trx, scope, now) : [];
  return reminded.flatMap((one) => {
    const about = { about: 'open', whom: audienceOf(one.due) } as const;
    const privately = isForEveryone(one)
      ? team.map(({ telegramId }) => planned(one.incidence, { chatId: telegramId, threadId: null }, about))
      : [];
    return [...inPlaces(one.incidence, deps, about), ...privately];
  });
}

/** Where the card is shown. */
function inPlaces(
  incidence: Incidence,
  { places }: Deps,
  about: Pick<reminderStore.NewReminder, 'about' | 'whom'>,
): Planned[] {
  return placesFor(incidence, places).map((place) => planned(incidence, place, about));
}

function planned(
  { id, severity }: Incidence,
  { chatId, threadId }: ChatPlace,
  about: Pick<reminderStore.NewReminder, 'about' | 'whom'>,
): Planned {
  return { reminder: { incidenceId: id, ...about, chatId, threadId }, severity };
}

/** One delivery for all reminders that wait in a place: they are one message when it is sent. */
function requestFor({ reminder: { chatId, threadId }, severity }: Planned): DeliveryRequest {
  return {
    lane: laneOf(chatId),
    kind: 'reminder',
    subject: `reminders:${threadId ?? ''}`,
    // Before ordinary cards, which people act on anyway once they see them.
    rank: severity === 'critical' ? rank.critical : rank.high,
    incidenceId: null,
    payload: { chatId, threadId },
  };
}

function stepsAfter(policy: Policy, { incidence, due }: Readonly<{ incidence: Incidence; due: Due }>, now: Date) {
  const done = {
    id: incidence.id,
    escalationStep: due.kind === 'remind' ? due.escalationStep : incidence.escalationStep,
    answerStep: due.kind === 'ask-holder' ? 1 : incidence.answerStep,
    holderRemindedAt: due.kind === 'ask-holder' ? now : incidence.holderRemindedAt,
  };
  return { ...done, nextDueAt: dueAt(policy, { ...incidence, ...done }) };
}

function escalated({ incidence, due }: Decided<'remind'>): incidenceStore.HistoryEntry {
  return { incidenceId: incidence.id, ...nobody, action: 'remind', before: {}, after: { reminded: audienceOf(due) } };
}

function holderReminded({ incidence }: Decided<'ask-holder'>): incidenceStore.HistoryEntry {
  return { incidenceId: incidence.id, ...nobody, action: 'remind', before: {}, after: { reminded: 'holder' } };
}

function audienceOf({ steps }: Extract<Due, { kind: 'remind' }>) {
  return widest(steps.map(({ whom }) => whom));
}
