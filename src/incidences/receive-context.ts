import { isDeepStrictEqual } from 'node:util';
import type { Trx } from '../database/connect.ts';
import type { DeliveryRequest } from '../delivery/delivery.ts';
import type { Routing } from '../routes/places-for.ts';
import { worse } from '../sources/severity.ts';
import type { SeverityRules } from '../sources/severity-rules.ts';
import type { SourceEvent, Subject } from '../sources/source-event.ts';
import { isRelayAddress, mergeAttributes, type VisitorContext } from '../sources/visitor-context.ts';
import { absorbContext, severityAskedFor } from './absorb-context.ts';
import * as cardStore from './card-store.ts';
import type { Decision } from './decision.ts';
import { valuesOf } from './history.ts';
import type { Incidence, IncidenceChange } from './incidence.ts';
import * as incidenceStore from './incidence-store.ts';
import { planDeliveries } from './plan-deliveries.ts';
import * as subjectStore from './subject-store.ts';
import * as contextStore from './visitor-context-store.ts';

type Decided = Exclude<Decision, { kind: 'nothing' }>;

export type ContextReceived = Readonly<{
  /** undefined: it waits for its chat. */
  incidence: Incidence | undefined;
  history: readonly incidenceStore.HistoryEntry[];
  requests: readonly DeliveryRequest[];
}>;

/**
 * Joins what the shop sent to its chat, or keeps it until the chat comes. The caller holds the transaction and the locks
 * on its subject and visitor (`subjectStore.lock`).
 */
export async function receiveContext(
  trx: Trx,
  context: VisitorContext,
  { places, rules }: Readonly<{ places: Routing; rules: SeverityRules }>,
  now: Date,
): Promise<ContextReceived> {
  const current = await findChat(trx, context);
  if (!current) {
    // An old one, as in a replay, waits for nothing.
    const isOld = now.getTime() - context.sentAt.getTime() > contextStore.joinWithinMs;
    if (!isOld) await contextStore.addWaiting(trx, context);
    return { incidence: undefined, history: [], requests: [] };
  }
  const merged = mergeAttributes(current.context, context.attributes);
  const decision: Decided = { kind: 'change', change: {}, action: 'context' };
  const decided = await withContext(trx, current, decision, { attributes: merged, rules });
  const change = decided.kind === 'change' ? decided.change : {};
  if (isDeepStrictEqual(merged, current.context) && !('severity' in change))
    return { incidence: current, history: [], requests: [] };

  const incidence = await incidenceStore.update(trx, current.id, change, now);
  const history = {
    incidenceId: incidence.id,
    actorId: null,
    actor: 'shop',
    action: 'context',
    ...changed(current, incidence),
  };
  const cards = await cardStore.findAllByIncidence(trx, incidence.id);
  const notice = decided.kind === 'change' ? decided.notice : undefined;
  return { incidence, history: [history], requests: planDeliveries(incidence, { cards, places }, { notice }) };
}

/** Adds to what an event of a chat changes what the shop sent about its visitor, before or since. */
export async function addContext(
  trx: Trx,
  current: Incidence | undefined,
  { event, decision, rules }: Readonly<{ event: SourceEvent; decision: Decided; rules: SeverityRules }>,
  now: Date,
): Promise<Decided> {
  const { subject, details } = event;
  if (subject.source !== 'tawk' || subject.kind !== 'chat') return decision;
  const { status } = decision.kind === 'open' ? decision.row : decision.change;
  const isOpen = (status ?? current?.status) !== 'closed';
  const email = details.customerEmail ?? current?.customerEmail ?? '';
  const keys = {
    chatId: subject.externalId,
    email: isOpen && !isRelayAddress(email) ? email : '',
    visitorId: isOpen ? (details.visitorId ?? current?.visitorId ?? '') : '',
    account: subject.account,
  };
  const waiting = await contextStore.takeWaiting(
    trx,
    keys,
    decision.kind === 'open' || !current ? now : current.openedAt,
  );
  const context = mergeAttributes(current?.context ?? [], waiting);
  return context.length === 0 ? decision : withContext(trx, current, decision, { attributes: context, rules });
}

export function subjectOfContext({ chatId, account }: VisitorContext): Subject[] {
  return chatId === undefined ? [] : [{ source: 'tawk', kind: 'chat', account, externalId: chatId }];
}

/** Whose waiting contexts an event of a chat may take. */
export function visitorOfEvent({ subject, details }: SourceEvent): subjectStore.Visitor[] {
  const { customerEmail: email = '', visitorId = '' } = details;
  return subject.source === 'tawk' && subject.kind === 'chat' && (email || visitorId) ? [{ email, visitorId }] : [];
}

/** Whose open chats a context may change: none where it names a chat. */
export function visitorOfContext({ chatId, email = '', visitorId = '' }: VisitorContext): subjectStore.Visitor {
  return chatId === undefined ? { email, visitorId } : { email: '', visitorId: '' };
}

/** A chat that is named is meant, also a closed one of the last day. */
async function findChat(trx: Trx, context: VisitorContext): Promise<Incidence | undefined> {
  const { sentAt } = context;
  const [subject] = subjectOfContext(context);
  if (!subject) return contextStore.findOpenChat(trx, contextStore.keysOf(context), sentAt);
  const [found] = await subjectStore.findNewest(trx, [subject]);
  const isNear = found && Math.abs(sentAt.getTime() - found.openedAt.getTime()) <= contextStore.joinWithinMs;
  return found && (found.status !== 'closed' || isNear) ? found : undefined;
}

async function withContext(
  trx: Trx,
  current: Incidence | undefined,
  decision: Decided,
  { attributes, rules }: Readonly<{ attributes: Incidence['context']; rules: SeverityRules }>,
): Promise<Decided> {
  const change: IncidenceChange = decision.kind === 'open' ? decision.row : decision.change;
  const stage = change.stage ?? current?.stage ?? null;
  const told = absorbContext({ context: current?.context ?? [], stage }, attributes);
  const isOpen = (change.status ?? current?.status) !== 'closed';
  const message = change.message ?? current?.message ?? '';
  const asked = isOpen ? severityAskedFor(message, attributes, rules) : undefined;
  if (decision.kind === 'open') {
    const row = { ...decision.row, ...told };
    return { ...decision, row: { ...row, severity: worse(row.severity, asked ?? 'low') } };
  }
  const severity = change.severity ?? current?.severity ?? 'medium';
  const mayRise = asked !== undefined && worse(severity, asked) !== severity;
  if (!mayRise || (current && (await incidenceStore.hasChosenSeverity(trx, current.id))))
    return { ...decision, change: { ...change, ...told } };
  const raised = { ...change, ...told, severity: asked };
  return { ...decision, change: raised, notice: decision.notice ?? 'severity-rose' };
}

/** For the history: what people count by, and the names of the rest. */
function changed(before: Incidence, after: Incidence) {
  const keys = (['severity', 'stage', 'cartValue', 'frictionScore'] as const).filter(
    (key) => before[key] !== after[key],
  );
  return { before: valuesOf(before, keys), after: { ...valuesOf(after, keys), changed: ['context'] } };
}
