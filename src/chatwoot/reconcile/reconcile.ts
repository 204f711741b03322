import type { Db } from '../../database/connect.ts';
import { pause } from '../../database/pause.ts';
import { transact } from '../../database/transact.ts';
import * as inboundStore from '../../inbound/inbound-store.ts';
import { closeDeleted } from '../../incidences/close-deleted.ts';
import type { Routing } from '../../routes/places-for.ts';
import type { SeverityRules } from '../../sources/severity-rules.ts';
import type { ChatwootFailure } from '../chatwoot-error.ts';
import type { ChatwootClient } from '../client.ts';
import { conversationEvent, messageEvent } from './as-events.ts';
import { fetchInboxNames, fetchMessages } from './fetch.ts';
import {
  concerning,
  type KnownConversation,
  type Listed,
  type ListedMessage,
  mayMissMore,
  missedOf,
  readListed,
} from './missed.ts';
import * as reconcileStore from './reconcile-store.ts';

export type RoundDeps = Readonly<{
  db: Db;
  client: ChatwootClient;
  accountId: number;
  rules: SeverityRules;
  places: Routing;
  now: () => Date;
  stopping: AbortSignal;
}>;

/** `until`: what Chatwoot changed later may still be on its way as a webhook, and is compared in the next round. */
export type Window = Readonly<{ since: Date; graceMs: number; askedUntil: number }>;

export type Round =
  | Readonly<{ ok: true; conversations: number; events: number; deleted: number; compared: number; askedUntil: number }>
  | Readonly<{ ok: false; failure: ChatwootFailure }>;

/** Beyond what lies in the window: clocks and jobs are not exact. */
const overlapMs = 60_000;
const chunkSize = 20;
/** Conversations of which all messages are read, a round; of others the last one is imported. */
const mostRead = 100;
/** The same of those of which the last message is known. */
const mostChecked = 100;
/** Open incidences that are looked up one by one, a round: only this shows which were deleted. */
const mostAsked = 100;

/**
 * One round: what changed in Chatwoot within the window is compared with the webhooks that arrived, and what they did not
 * report is stored as events like theirs. Then the open incidences that were not listed are looked up.
 */
export async function reconcile(deps: RoundDeps, window: Window): Promise<Round> {
  const round = createRound(deps, window);
  const withinSeconds = Math.ceil((deps.now().getTime() - window.since.getTime() + overlapMs) / 1000);
  const listed = await deps.client.list(`/conversations?status=all&updated_within=${withinSeconds}`);
  if (!listed.ok) return listed;
  const deskNow = listed.date ?? deps.now();
  let chunk: Listed[] = [];
  try {
    for await (const item of listed.items) {
      const conversation = readListed(JSON.parse(item.toString()));
      if (!conversation || isOnItsWay(conversation, deskNow, window)) continue;
      chunk.push(conversation);
      if (chunk.length < chunkSize) continue;
      await round.compare(chunk);
      chunk = [];
      if (deps.stopping.aborted) break;
    }
  } catch (error) {
    return { ok: false, failure: listed.failureOf(error) };
  }
  await round.compare(chunk);
  const asked = await round.askAboutOpen(deskNow);
  return asked.ok ? { ok: true, ...round.result(), askedUntil: asked.askedUntil } : asked;
}

function isOnItsWay({ updated_at: updatedAt }: Listed, deskNow: Date, { graceMs }: Window): boolean {
  return updatedAt * 1000 > deskNow.getTime() - graceMs;
}

function createRound(deps: RoundDeps, window: Window) {
  const { db, client, accountId } = deps;
  const account = String(accountId);
  const seen = new Set<string>();
  const imported = new Set<number>();
  let inboxNames: ReadonlyMap<number, string> | undefined;
  let events = 0;
  let deleted = 0;
  let read = 0;
  let checked = 0;

  async function compare(chunk: readonly Listed[]): Promise<void> {
    if (chunk.length === 0) return;
    const ids = chunk.map(({ id }) => String(id));
    for (const id of ids) seen.add(id);
    const incidences = await reconcileStore.findIncidences(db, account, ids);
    const keys = chunk.map((listed) => keyOf(listed.last_non_activity_message?.id));
    const received = new Set(await inboundStore.findContents(db, 'chatwoot', keys));
    const since = new Date(window.since.getTime() - overlapMs);
    const created: { conversation: number; event: inboundStore.NewInboundEvent }[] = [];
    for (const listed of chunk) {
      const hasLastMessage = received.has(keyOf(listed.last_non_activity_message?.id));
      const known = { incidence: incidences.get(String(listed.id)), hasLastMessage };
      const missed = missedOf(listed, known, deps.rules, since);
      const messages = missed.message ? await messagesOf(listed, since) : await earlierOf(listed, known, since);
      if (!missed.message && !missed.state && messages.length === 0) continue;
      const add = (event: inboundStore.NewInboundEvent) => created.push({ conversation: listed.id, event });
      for (const event of messages) add(event);
      add(conversationEvent(listed, await accountOf(), deps.now()));
    }
    if (created.length === 0) return;
    const stored = await inboundStore.insertMany(
      db,
      created.map(({ event }) => event),
    );
    for (const { conversation, event } of created) {
      if (stored.has(inboundStore.keyOf(event))) imported.add(conversation);
    }
    events += stored.size;
  }

  /** All that came since then; where that cannot be read, or too much would have to be, the last one. */
  async function messagesOf(listed: Listed, since: Date): Promise<inboundStore.NewInboundEvent[]> {
    const last = listed.last_non_activity_message;
    if (!last) return [];
    read += 1;
    const all = read > mostRead ? undefined : await fetchMessages(client, listed.id, since);
    return unheardOf(listed, all ?? [last]);
  }

  /** What was said before the last message, which is known. */
  async function earlierOf(listed: Listed, known: KnownConversation, since: Date) {
    if (!mayMissMore(listed, known, since) || (checked += 1) > mostChecked) return [];
    const messages = await fetchMessages(client, listed.id, since);
    return unheardOf(listed, concerning(messages ?? [], listed));
  }

  async function unheardOf(listed: Listed, messages: readonly ListedMessage[]) {
    const keys = messages.map(({ id }) => keyOf(id));
    const received = new Set(await inboundStore.findContents(db, 'chatwoot', keys));
    const unheard = messages.filter(({ id }) => !received.has(keyOf(id)));
    if (unheard.length === 0) return [];
    const names = await accountOf();
    return unheard.map((message) => messageEvent(listed, message, names, deps.now()));
  }

  async function accountOf() {
    const names = (inboxNames ??= await fetchInboxNames(client));
    return { id: accountId, inboxName: (id: number | undefined) => (id === undefined ? undefined : names.get(id)) };
  }

  function keyOf(messageId: number | undefined): string {
    return `message_created:${account}:${messageId}`;
  }

  async function askAboutOpen(
    deskNow: Date,
  ): Promise<Readonly<{ ok: true; askedUntil: number }> | Extract<Round, { ok: false }>> {
    let open = await reconcileStore.findAllOpen(db, account, { afterId: window.askedUntil, limit: mostAsked });
    if (open.length === 0) open = await reconcileStore.findAllOpen(db, account, { afterId: 0, limit: mostAsked });
    for (const { id, externalId } of open.filter((one) => !seen.has(one.externalId))) {
      if (deps.stopping.aborted) break;
      const answer = await client.call('GET', `/conversations/${encodeURIComponent(externalId)}`);
      if (!answer.ok && answer.failure.outcome === 'not-found') {
        await transact(db, (trx) => closeDeleted(trx, id, deps.places, deps.now()));
        deleted += 1;
      } else if (!answer.ok) {
        // Of a conversation that the token's owner may not see nothing is known.
        if (answer.failure.outcome !== 'no-permission') return { ok: false, failure: answer.failure };
      } else {
        const conversation = readListed(answer.body);
        if (conversation && !isOnItsWay(conversation, deskNow, window)) await compare([conversation]);
      }
      // Others use the same Chatwoot: at most 20 a second.
      await pause(50, deps.stopping);
    }
    const last = open.length < mostAsked ? 0 : (open.at(-1)?.id ?? 0);
    return { ok: true, askedUntil: last };
  }

  return {
    compare,
    askAboutOpen,
    result: () => ({ conversations: imported.size, events, deleted, compared: seen.size }),
  };
}
