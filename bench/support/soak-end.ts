import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import type { ChatwootPeer } from '../../src/app/sandbox-mode/chatwoot/chatwoot.ts';
import { SEED } from '../../src/app/sandbox-mode/seed.ts';
import { disagreements } from '../../test/support/chatwoot-agreement.ts';
import { query } from './database.ts';
import type { Telegram } from './sandbox.ts';
import { untilDone } from './storm.ts';
import type { Traffic } from './traffic.ts';

/** Until everything is processed, shown and written, and two rounds of the reconciler found nothing more. */
export async function settle(databaseUrl: string, peer: ChatwootPeer): Promise<void> {
  await peer.webhooks.idle();
  for (const _ of [1, 2, 3]) {
    // A rest from a fight between both sides is over at once.
    await query(databaseUrl, 'update desk_writes set paused_until = now() where paused_until > now()');
    await untilDone(databaseUrl, 300_000);
    await roundEnds(databaseUrl);
  }
  await untilDone(databaseUrl, 300_000);
}

async function roundEnds(databaseUrl: string): Promise<void> {
  const begun = Date.now();
  const endAt = begun + 120_000;
  for (;;) {
    const [round] = await query<{ until: Date }>(databaseUrl, 'select covered_until as until from reconcilers');
    // A round covers what is half its interval old.
    if (round && round.until.getTime() > begun - 10_000) return;
    if (Date.now() > endAt) throw new Error('no round of the reconciler ended within two minutes');
    await wait(500);
  }
}

/**
 * In words, what was accepted and left no trace, or was not processed, shown or written to the end. Reminders of what
 * stays open go on for ever.
 */
export async function findLost(databaseUrl: string, traffic: Traffic, peer: ChatwootPeer): Promise<string[]> {
  const stored = await query<{ id: string }>(
    databaseUrl,
    `select delivery_id as id from inbound_events where state in ('processed', 'ignored', 'duplicate')`,
  );
  const known = new Set(stored.map(({ id }) => id));
  const unknown = [...traffic.accepted].filter((id) => !known.has(id)).map((id) => `${id} was accepted, not processed`);

  const kept = await query<{ id: string }>(
    databaseUrl,
    'select external_id as id from transcripts join incidences on incidences.id = incidence_id',
  );
  const chats = new Set(kept.map(({ id }) => id));
  const gone = [...traffic.transcripts]
    .filter((id) => !chats.has(id))
    .map((id) => `the transcript of ${id} is not there`);

  const told = await query<{ id: string }>(
    databaseUrl,
    `select external_id as id from incidences where source <> 'tawk'`,
  );
  const ours = new Set(told.map(({ id }) => id));
  const unheard = [...traffic.conversations.keys()]
    .filter((id) => peer.conversation(id).status === 'open' && peer.conversation(id).waitingSince !== null)
    .filter((id) => !ours.has(String(id)))
    .map((id) => `conversation ${id} waits in Chatwoot and is not known`);

  const left = await query<{ what: string }>(
    databaseUrl,
    `select format('event %s is %s: %s', id, state, reason) as what from inbound_events where state in ('stored', 'failed', 'drift')
     union all select format('%s of %s is %s: %s', kind, subject, state, reason) from deliveries where state = 'dead' or (state = 'waiting' and kind <> 'reminder')
     union all select format('#%s has no card and is in no storm', id) from incidences i where status <> 'closed'
       and not exists (select from cards where incidence_id = i.id and gone_at is null)
       and not exists (select from deliveries where incidence_id = i.id and state in ('waiting', 'folded'))`,
  );
  return [...unknown, ...gone, ...unheard, ...left.map(({ what }) => what)];
}

type Shown = Readonly<{ id: number; messageId: number; word: string }>;

/** In words, where a card says something else than the database, or that something else than Chatwoot. */
export async function findWrong(
  databaseUrl: string,
  {
    telegram,
    peer,
    conversations,
  }: Readonly<{ telegram: Telegram; peer: ChatwootPeer; conversations: Traffic['conversations'] }>,
): Promise<Readonly<{ wrong: string[]; compared: number }>> {
  const states = await telegram.call('states');
  const cards = await query<Shown>(
    databaseUrl,
    `select i.id::int as id, message_id::int as "messageId",
       case when status <> 'closed' and snoozed_until is not null then 'snoozed'
            when status = 'acknowledged' then 'acknowledged by' else status end as word
     from cards join incidences i on i.id = incidence_id where chat_id = $1 and gone_at is null order by message_id`,
    [SEED.supportTeam],
  );
  const wrong = cards.flatMap(({ id, messageId, word }) => {
    const line = states.get(messageId) ?? 'nothing';
    return line.startsWith(`#${id} · ${word}`) ? [] : [`the card of #${id} says ${line}, the database ${word}`];
  });
  const lines = new Map(cards.map(({ id, messageId }) => [id, states.get(messageId) ?? 'nothing']));
  // One that is folded into a storm card has none of its own to be wrong.
  const team = { state: (id: number) => lines.get(id) ?? '· open · acknowledged by · closed · snoozed' };
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const rows = async <Row extends object>(sql: string, ...values: unknown[]) =>
    (await client.query<Row>(sql, values)).rows;
  for (const [id, byDesk] of conversations) {
    const apart = await disagreements({ rows }, team, peer, id, byDesk);
    wrong.push(...apart.map((what) => `conversation ${id}: ${what}`));
  }
  await client.end();
  return { wrong, compared: cards.length + conversations.size };
}
