import type { Trx } from '../database/connect.ts';
import type { DeliveryRequest } from '../delivery/delivery.ts';
import type { Routing } from '../routes/places-for.ts';
import type { SeverityRules } from '../sources/severity-rules.ts';
import type { SourceEvent } from '../sources/source-event.ts';
import { summarize } from '../transcripts/summary.ts';
import type { Transcript } from '../transcripts/transcript.ts';
import * as transcriptStore from '../transcripts/transcript-store.ts';
import * as cardStore from './card-store.ts';
import { decideOnEvent } from './decide-on-event.ts';
import type { Decision } from './decision.ts';
import { historyOfChange, historyOfOpening } from './history-of-change.ts';
import type { Incidence } from './incidence.ts';
import * as incidenceStore from './incidence-store.ts';
import { planDeliveries } from './plan-deliveries.ts';
import { type Desk, planWriteBack } from './plan-write-back.ts';
import { addContext } from './receive-context.ts';
import * as subjectStore from './subject-store.ts';

/** Of one event. */
export type Received =
  /** `history` and `requests` are for the caller to write, with those of other events, before it commits. */
  | Readonly<{
      kind: 'changed';
      /** Whether it opened an incidence that concerns the team. */
      isNew: boolean;
      incidence: Incidence;
      history: readonly incidenceStore.HistoryEntry[];
      requests: readonly DeliveryRequest[];
    }>
  | Readonly<{ kind: 'nothing'; reason: string; incidence: Incidence | undefined; untilWritten?: true }>;

type Occurred = Readonly<{ event: SourceEvent; receivedAt: Date }>;
type Nothing = Extract<Received, { kind: 'nothing' }>;

/** An event that has an effect. `current`: the newest incidence of its conversation, before. */
type Opening = Readonly<{
  event: SourceEvent;
  current: Incidence | undefined;
  decision: Extract<Decision, { kind: 'open' }>;
}>;
type Change = Readonly<{ event: SourceEvent; current: Incidence; decision: Extract<Decision, { kind: 'change' }> }>;

/**
 * Applies events of sources, each of another conversation, and says what became of each, in their order. The caller holds
 * the transaction and the locks (`subjectStore.lock`); here: decide and write, in few statements for all.
 */
export async function receiveSourceEvents(
  trx: Trx,
  occurred: readonly Occurred[],
  { places, rules, desk }: Readonly<{ places: Routing; rules: SeverityRules; desk: Desk | undefined }>,
  now: Date,
): Promise<Received[]> {
  const found = await subjectStore.findNewest(
    trx,
    occurred.map(({ event }) => event.subject),
  );
  const decided: (Opening | Change | Nothing)[] = [];
  for (const [index, one] of occurred.entries()) decided.push(await decide(trx, one, found[index], rules, now));

  const effective = decided.filter((one) => 'decision' in one);
  const incidences = await write(trx, effective, now);
  const cards = await findCards(trx, effective, incidences);
  return decided.map((one) => {
    if (!('decision' in one)) return one;
    const incidence = incidenceOf(incidences, one);
    const { decision } = one;
    const shown = decision.quiet
      ? []
      : planDeliveries(incidence, { cards: cards.get(incidence.id) ?? [], places }, newsIn(one));
    const did = decision.kind === 'change' ? decision.writesBack : undefined;
    const requests = did ? [...shown, ...planWriteBack(incidence, did, desk, false)] : shown;
    return {
      kind: 'changed',
      isNew: decision.kind === 'open' && !decision.quiet,
      incidence,
      history: historyOf(one, incidence),
      requests,
    };
  });
}

async function decide(
  trx: Trx,
  { event, receivedAt }: Occurred,
  current: Incidence | undefined,
  rules: SeverityRules,
  now: Date,
): Promise<Opening | Change | Nothing> {
  const transcript = transcriptIn(event);
  if (current && transcript && (await transcriptStore.countMessages(trx, current.id)) > transcript.messages.length) {
    return { kind: 'nothing', reason: 'a longer transcript is stored already', incidence: current };
  }
  const decided = decideOnEvent(current, event, { receivedAt, now });
  if (decided.kind === 'nothing') return { ...decided, incidence: current };
  const decision = await addContext(trx, current, { event, decision: decided, rules }, now);
  if (decision.kind === 'open') return { event, current, decision };
  if (!current) throw new Error(`nothing to change by "${decision.action}"`);
  return { event, current, decision };
}

/** Resolves with the incidences as they are now, by the keys of their conversations. */
async function write(
  trx: Trx,
  effective: readonly (Opening | Change)[],
  now: Date,
): Promise<ReadonlyMap<string, Incidence>> {
  const opened = effective.flatMap(({ event: { subject }, decision }) =>
    decision.kind === 'open' ? [{ subject, row: decision.row }] : [],
  );
  const changes = effective.flatMap((one) => (isChange(one) ? [{ id: one.current.id, change: changeOf(one) }] : []));
  const written = [
    ...(opened.length > 0 ? await incidenceStore.insertMany(trx, opened, now) : []),
    ...(changes.length > 0 ? await incidenceStore.updateMany(trx, changes, now) : []),
  ];
  const incidences = new Map(written.map((incidence) => [subjectStore.subjectKey(incidence), incidence]));
  for (const one of effective) {
    const transcript = transcriptIn(one.event);
    if (!transcript) continue;
    const { messages } = transcript;
    const summary = summarize(transcript, one.current?.visitorLeftAt ?? null);
    await transcriptStore.replace(trx, incidenceOf(incidences, one).id, { messages, summary }, now);
  }
  return incidences;
}

/** Of those that have any and show the change, by the ids of their incidences. */
async function findCards(
  trx: Trx,
  effective: readonly (Opening | Change)[],
  incidences: ReadonlyMap<string, Incidence>,
): Promise<ReadonlyMap<number, readonly cardStore.Card[]>> {
  const shown = effective
    .filter((one) => isChange(one) && !one.decision.quiet)
    .map((one) => incidenceOf(incidences, one));
  const closed = shown.filter(({ status }) => status === 'closed').map(({ id }) => id);
  if (closed.length > 0) await cardStore.resetMenus(trx, closed);
  if (shown.length === 0) return new Map();
  const cards = await cardStore.findAllByIncidences(
    trx,
    shown.map(({ id }) => id),
  );
  return Map.groupBy(cards, ({ incidenceId }) => incidenceId);
}

function historyOf(one: Opening | Change, incidence: Incidence): incidenceStore.HistoryEntry[] {
  const { action } = one.decision;
  const entry = { incidenceId: incidence.id, actorId: null, actor: one.event.subject.source, action };
  if (!isChange(one)) return [{ ...entry, ...historyOfOpening(incidence) }];
  return one.decision.unrecorded ? [] : [{ ...entry, ...historyOfChange(one.current, incidence, changeOf(one)) }];
}

function newsIn({ event, decision }: Opening | Change) {
  const messages = transcriptIn(event)?.messages ?? [];
  return { notice: decision.kind === 'change' ? decision.notice : undefined, transcript: messages.length > 0 };
}

function isChange(one: Opening | Change): one is Change {
  return one.decision.kind === 'change';
}

/** What it adds of itself: an incidence may have been opened by a sender that does not know the account. */
function changeOf({ event, current, decision }: Change) {
  return current.account === '' ? { ...decision.change, account: event.subject.account } : decision.change;
}

function incidenceOf(incidences: ReadonlyMap<string, Incidence>, { event }: Opening | Change): Incidence {
  const incidence = incidences.get(subjectStore.subjectKey(event.subject));
  if (!incidence) throw new Error('an incidence that was written is missing');
  return incidence;
}

function transcriptIn({ change }: SourceEvent): Transcript | undefined {
  return change.kind === 'transcript' ? change.transcript : undefined;
}
