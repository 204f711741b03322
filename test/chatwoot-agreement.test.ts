import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { encode } from '../src/telegram/callback-data.ts';
import { buttonsOf, type Chat, openChat } from './support/chat.ts';
import { chatwootEnv, startChatwoot, tellProduct, writtenBack } from './support/chatwoot.ts';
import { type ByDesk, changeByDesk, disagreements, linkedUser } from './support/chatwoot-agreement.ts';
import { argumentOf, conversationsEach, type Step, steps } from './support/chatwoot-steps.ts';
import { startProcess } from './support/processes.ts';
import { waitUntil } from './support/wait.ts';
import { startWorld, type World } from './support/world.ts';

const people = { ana: SEED.ana, ben: SEED.ben } as const;
/** Buttons after which the bot waits for words. */
const asking = ['Note', 'Reply', 'New tag', 'Write', 'Contact', 'Open in'];

/** As many as fit into half a minute; with `AGREEMENT_RUNS` so many, each of some seconds. */
const given = process.env['AGREEMENT_RUNS'];
const runs = Number(given ?? 12);
const longestMs = given === undefined ? 30_000 : runs * 20_000;
vi.setConfig({ testTimeout: longestMs + 120_000 });

test('whatever happens, Telegram and Chatwoot agree two rounds of the reconciler later', async (context) => {
  const world = await startWorld(context);
  const peer = await startChatwoot(context);
  const ENCRYPTION_KEY = randomBytes(32).toString('base64');
  const env = { ...chatwootEnv(peer), CHATWOOT_RECONCILE_SECONDS: '1', ENCRYPTION_KEY };
  let process = await startProcess(world, { env });
  const product = { ...world, baseUrl: '', chatId: SEED.supportTeam, stop: async () => {} };
  const team = openChat(product);
  for (const person of Object.values(people)) await team.ask('/whoami', person);
  const own = openChat(product, people.ana);
  own.typed(`/link ${peer.user(linkedUser).token}`, people.ana);
  await own.waitForText('Linked to');

  async function tellAgain() {
    peer.world.webhooks.length = 0;
    tellProduct(peer, process);
  }
  await tellAgain();

  async function numberOf(conversationId: number): Promise<number | undefined> {
    const [row] = await world.rows<{ id: string }>(
      'select id from incidences where external_id = $1 order by id desc limit 1',
      String(conversationId),
    );
    return row && Number(row.id);
  }

  async function happen(one: Step, ids: readonly number[], byDesk: readonly ByDesk[]): Promise<void> {
    if (one.kind === 'webhooks') return peer.webhooks.setFaults(one.faults);
    if (one.kind === 'rest') return peer.rest.add(one.fault);
    if (one.kind === 'calm') {
      await peer.webhooks.idle();
      if (one.until !== 'told') await processed(world);
      return one.until === 'written' ? written(world) : undefined;
    }
    if (one.kind === 'kill') {
      // The next write is done there, and the process ends before it hears of it.
      if (one.hangs) peer.rest.add({ match: /^POST/, as: 'hang-after', times: 1 });
      process.signal('SIGKILL');
      await process.exited;
      process = await startProcess(world, { env });
      return tellAgain();
    }
    if (one.kind === 'sends') return press(team, one.by, 'Send to the customer');
    if (one.kind === 'hands over') {
      for (const command of ['/onduty', '/offduty']) team.typed(command, people[one.by]);
      return press(team, one.taker, 'I have it');
    }
    const id = ids[one.at] ?? 0;
    const changed = byDesk[one.at] ?? { labels: new Map() };
    if (one.kind === 'types' || one.kind === 'presses' || one.kind === 'presses any') {
      const number = await numberOf(id);
      if (number === undefined) return;
      if (one.kind === 'types') return void team.typed(`${one.command} ${number}${argumentOf(one)}`, people[one.by]);
      if (!team.messages().some(({ text }) => text?.includes(`#${number} · `))) return;
      if (one.kind === 'presses any') {
        const there = team.buttons(number).filter((button) => !asking.some((word) => button.startsWith(word)));
        const button = there[one.index % there.length];
        return void (button && team.press(number, button, people[one.by]).catch(() => undefined));
      }
      const data = await dataOf(world, one, number);
      return void (data && team.forge(number, data, people[one.by]).catch(() => undefined));
    }
    const there = peer.world.conversations.get(id);
    if (!there) return;
    switch (one.kind) {
      case 'writes':
        return void peer.customerWrites(id, `once more ${there.messages.length}`);
      case 'answers':
        return void peer.agentWrites(id, 'We are looking into it');
      case 'status':
        return changeByDesk(peer, id, { status: one.status, snoozedUntil: untilOf(one) }, changed);
      case 'label': {
        const has = there.labels.includes(one.label);
        const labels = has ? there.labels.filter((name) => name !== one.label) : [...there.labels, one.label];
        return changeByDesk(peer, id, { labels }, changed);
      }
      case 'priority':
        return changeByDesk(peer, id, { priority: one.priority }, changed);
      case 'assigns':
        return changeByDesk(peer, id, { assignee: one.user === null ? null : peer.user(one.user) }, changed);
      case 'deletes message': {
        const last = there.messages.findLast(({ type }) => type === 'incoming');
        return last && peer.deleteMessage(id, last.id);
      }
      case 'deletes conversation':
        return peer.deleteConversation(id);
    }
  }

  async function settle(ids: readonly number[]): Promise<void> {
    // What was lost stays lost.
    await peer.webhooks.idle();
    peer.webhooks.setFaults({});
    peer.rest.clear();
    await allQuiet(world);
    // A round leaves out what changed half a second ago, by Chatwoot's clock, which tells whole seconds.
    const changedAt = Math.max(...ids.map((id) => peer.world.conversations.get(id)?.updatedAt ?? 0));
    await waitUntil(() => Date.now() / 1000 > changedAt + 2);
    for (const _ of [1, 2]) {
      await roundEnds(world);
      await allQuiet(world);
    }
  }

  await fc.assert(
    fc.asyncProperty(steps, async (happening) => {
      const ids = Array.from({ length: conversationsEach }, () => peer.open().id);
      await peer.webhooks.idle();
      await processed(world);
      const byDesk = ids.map((): ByDesk => ({ labels: new Map() }));
      for (const one of happening) await happen(one, ids, byDesk);
      await settle(ids);
      const found = [];
      for (const [index, id] of ids.entries()) {
        const wrong = await disagreements(world, team, peer, id, byDesk[index] ?? { labels: new Map() });
        if (wrong.length > 0) found.push({ at: index, wrong });
      }
      expect(found).toEqual([]);
    }),
    {
      numRuns: runs,
      interruptAfterTimeLimit: longestMs,
      endOnFailure: true,
    },
  );
});

/** A press that nobody waits for, under the newest message that has this button; the product may be down. */
function press(team: Chat, by: keyof typeof people, button: string): void {
  const message = team.messages().findLast((one) => buttonsOf(one).includes(button));
  if (message) team.pressUnder(message, button, people[by]).catch(() => undefined);
}

/** What a button says, also where it does not stand under the card just now. */
async function dataOf(
  { rows }: World,
  { button, ...one }: Extract<Step, { kind: 'presses' }>,
  id: number,
): Promise<string | undefined> {
  const idOf = async (sql: string, value: unknown) => {
    const [row] = await rows<{ id: string | null }>(sql, value);
    return row?.id ? Number(row.id) : undefined;
  };
  switch (button) {
    case 'acknowledge':
    case 'release':
    case 'reopen':
      return encode({ kind: button, id });
    case 'close':
      return encode({ kind: button, id, outcome: 'resolved' });
    case 'severity':
      return encode({ kind: button, id, severity: one.severity });
    case 'snooze':
      return encode({ kind: button, id, snooze: one.snooze });
    case 'assign': {
      const personId = await idOf('select id from people where telegram_id = $1', people[one.to]);
      return personId === undefined ? undefined : encode({ kind: button, id, personId });
    }
    case 'tag':
    case 'untag': {
      const tagId = await idOf('select id from tags where name = $1', one.label);
      return tagId === undefined
        ? undefined
        : encode({ kind: 'tag', id, tagId, change: button === 'tag' ? 'set' : 'unset' });
    }
    case 'undo': {
      const sql = 'select max(id) as id from incidence_history where incidence_id = $1 and undo is not null';
      const historyId = await idOf(sql, id);
      return historyId === undefined ? undefined : encode({ kind: button, id, historyId });
    }
  }
}

function untilOf({ status, snoozed }: Extract<Step, { kind: 'status' }>): Date | null {
  if (status !== 'snoozed' || snoozed === null) return null;
  return new Date(Math.floor(Date.now() / 1000) * 1000 + snoozed * 3_600_000);
}

async function processed({ rows }: World): Promise<void> {
  await waitUntil(
    async () => (await rows(`select 1 from inbound_events where state = 'stored' and retry_at is null`)).length === 0,
  );
}

/** What is due was written to Chatwoot and shown in Telegram; what is held back is not. */
async function written({ rows }: World): Promise<void> {
  await waitUntil(
    async () => (await rows(`select 1 from deliveries where state = 'waiting' and due_at <= now()`)).length === 0,
  );
}

/** Nothing waits, in either direction; a rest from a fight is over at once. */
async function allQuiet(world: World): Promise<void> {
  const { rows } = world;
  await waitUntil(async () => {
    await rows(`update desk_writes set paused_until = now() where paused_until > now()`);
    await writtenBack(world);
    const left = await rows(
      `select 1 from inbound_events where state = 'stored' union all select 1 from deliveries where state = 'waiting'`,
    );
    return left.length === 0;
  });
}

/** Resolves when a round that begins after now has ended. */
async function roundEnds({ rows }: World): Promise<void> {
  const begun = Date.now();
  await waitUntil(async () => {
    const [state] = await rows<{ covered_until: Date }>('select covered_until from reconcilers');
    // A round covers what is half its interval old.
    return state !== undefined && state.covered_until.getTime() > begun - 500;
  });
}
