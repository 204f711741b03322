import type { Trx } from '../database/connect.ts';
import * as cardStore from './card-store.ts';
import type { ChatPlace } from '../routes/lane.ts';
import type { DeliveryRequest } from '../delivery/delivery.ts';
import { summarize } from '../transcripts/summary.ts';
import type { Transcript } from '../transcripts/transcript.ts';
import * as transcriptStore from '../transcripts/transcript-store.ts';
import { decideOnEvent } from './decide-on-event.ts';
import type { When } from './decision.ts';
import { isRecorded, valuesOf } from './history.ts';
import { addContext } from './receive-context.ts';
import type { Incidence, IncidenceChange } from './incidence.ts';
import * as incidenceStore from './incidence-store.ts';
import { planDeliveries } from './plan-deliveries.ts';
import type { SeverityRules } from '../sources/severity-rules.ts';
import type { SourceEvent } from '../sources/source-event.ts';

export type Received =
  /** `history` and `requests` are for the caller to write, with those of other events, before it commits. */
  | Readonly<{
      kind: 'changed';
      /** Whether it opened the incidence. */
      isNew: boolean;
      incidence: Incidence;
      history: readonly incidenceStore.HistoryEntry[];
      requests: readonly DeliveryRequest[];
    }>
  | Readonly<{ kind: 'nothing'; reason: string; incidence: Incidence | undefined }>;

/**
 * Applies an event of a source to its incidence. The caller holds the transaction and the lock on its subject
 * (`incidenceStore.lockSubjects`); here: decide and write.
 */
export async function receiveSourceEvent(
  trx: Trx,
  event: SourceEvent,
  places: readonly ChatPlace[],
  when: When,
  rules: SeverityRules,
): Promise<Received> {
  const { now } = when;
  const current = await incidenceStore.findNewestBySubject(trx, event.subject);
  const transcript = event.change.kind === 'transcript' ? event.change.transcript : undefined;
  if (current && transcript && (await transcriptStore.countMessages(trx, current.id)) > transcript.messages.length) {
    return { kind: 'nothing', reason: 'a longer transcript is stored already', incidence: current };
  }
  const decided = decideOnEvent(current, event, when);
  if (decided.kind === 'nothing') return { kind: 'nothing', reason: decided.reason, incidence: current };
  const decision = await addContext(trx, current, { event, decision: decided, rules }, now);

  const { incidence, before, after } = await write(trx, current, event, decision, now);
  const actor = { actorId: null, actor: event.subject.source };
  if (transcript) await storeTranscript(trx, incidence, current, transcript, now);
  const isRecorded = decision.kind === 'open' || !decision.unrecorded;
  const history = isRecorded ? [{ incidenceId: incidence.id, ...actor, action: decision.action, before, after }] : [];

  if (decision.quiet) return { kind: 'changed', isNew: false, incidence, history, requests: [] };
  if (incidence.status === 'closed') await cardStore.resetMenus(trx, incidence.id);
  const cards = current ? await cardStore.findAllByIncidence(trx, incidence.id) : [];
  const news = {
    notice: decision.kind === 'change' ? decision.notice : undefined,
    transcript: transcript !== undefined && transcript.messages.length > 0,
  };
  return {
    kind: 'changed',
    isNew: decision.kind === 'open',
    incidence,
    history,
    requests: planDeliveries(incidence, { cards, places }, news),
  };
}

async function storeTranscript(
  trx: Trx,
  incidence: Incidence,
  before: Incidence | undefined,
  transcript: Transcript,
  now: Date,
): Promise<void> {
  const { messages } = transcript;
  const summary = summarize(transcript, before?.visitorLeftAt ?? null);
  await transcriptStore.replace(trx, incidence.id, { messages, summary }, now);
}

async function write(
  trx: Trx,
  current: Incidence | undefined,
  event: SourceEvent,
  decision: Exclude<ReturnType<typeof decideOnEvent>, { kind: 'nothing' }>,
  now: Date,
) {
  if (decision.kind === 'open' || !current) {
    const row =
      decision.kind === 'open' ? decision.row : { ...decision.change, severity: decision.change.severity ?? 'medium' };
    const incidence = await incidenceStore.insert(trx, event.subject, row, now);
    // What was never open is not counted.
    const status = incidence.status === 'open' ? { status: incidence.status } : {};
    return { incidence, before: {}, after: { ...status, severity: incidence.severity } };
  }
  const change = current.account === '' ? { ...decision.change, account: event.subject.account } : decision.change;
  const incidence = await incidenceStore.update(trx, current.id, change, now);
  const changed = changedKeys(current, incidence, change);
  const recorded = changed.filter(isRecorded);
  const others = changed.filter((key) => !isRecorded(key));
  const also = others.length > 0 ? { changed: others } : {};
  return { incidence, before: valuesOf(current, recorded), after: { ...valuesOf(incidence, recorded), ...also } };
}

/** Change with almost every event. */
const unrecordedKeys: ReadonlySet<string> = new Set([
  'message',
  'additionalInfo',
  'happenedAt',
  'deskVersion',
  'detailsVersion',
  'messageRef',
  'messageAt',
  'unanswered',
  'lastAnswerAt',
  'waitingSince',
] satisfies (keyof Incidence)[]);

function changedKeys(before: Incidence, after: Incidence, change: IncidenceChange): string[] {
  const isChanged = (key: string) =>
    JSON.stringify(Reflect.get(before, key)) !== JSON.stringify(Reflect.get(after, key));
  return Object.keys(change).filter((key) => !unrecordedKeys.has(key) && isChanged(key));
}
