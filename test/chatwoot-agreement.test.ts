import * as fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { openChat } from './support/chat.ts';
import { chatwootEnv, startChatwoot, tellProduct, writtenBack } from './support/chatwoot.ts';
import { changeByDesk, disagreements } from './support/chatwoot-agreement.ts';
import { argumentOf, conversationsEach, type Step, steps } from './support/chatwoot-steps.ts';
import { startProcess } from './support/processes.ts';
import { waitUntil } from './support/wait.ts';
import { startWorld, type World } from './support/world.ts';

/** As many as fit into half a minute; with `AGREEMENT_RUNS` so many, each of some seconds. */
const given = process.env['AGREEMENT_RUNS'];
const runs = Number(given ?? 12);
const longestMs = given === undefined ? 30_000 : runs * 20_000;
vi.setConfig({ testTimeout: longestMs + 120_000 });

test('whatever happens, Telegram and Chatwoot agree two rounds of the reconciler later', async (context) => {
  const world = await startWorld(context);
  const peer = await startChatwoot(context);
  const env = { ...chatwootEnv(peer), CHATWOOT_RECONCILE_SECONDS: '1' };
  let process = await startProcess(world, { env });
  const team = openChat({ ...world, baseUrl: '', chatId: SEED.supportTeam, stop: async () => {} });

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

  async function happen(one: Step, ids: readonly number[], byDesk: readonly Map<string, boolean>[]): Promise<void> {
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
    const id = ids[one.at] ?? 0;
    const labels = byDesk[one.at] ?? new Map();
    if (one.kind === 'types' || one.kind === 'presses') {
      const number = await numberOf(id);
      if (number === undefined) return;
      if (one.kind === 'types') team.typed(`${one.command} ${number}${argumentOf(one)}`, SEED.ana);
      else press(team, number, one.button);
      return;
    }
    const there = peer.world.conversations.get(id);
    if (!there) return;
    switch (one.kind) {
      case 'writes':
        return void peer.customerWrites(id, `once more ${there.messages.length}`);
      case 'answers':
        return void peer.agentWrites(id, 'We are looking into it');
      case 'status':
        return changeByDesk(peer, id, { status: one.status }, labels);
      case 'label': {
        const has = there.labels.includes(one.label);
        const changed = has ? there.labels.filter((name) => name !== one.label) : [...there.labels, one.label];
        return changeByDesk(peer, id, { labels: changed }, labels);
      }
      case 'priority':
        return changeByDesk(peer, id, { priority: one.priority }, labels);
      case 'assigns':
        return changeByDesk(peer, id, { assignee: one.user === null ? null : peer.user(one.user) }, labels);
      case 'deletes message': {
        const last = there.messages.findLast(({ type }) => type === 'incoming');
        return last && peer.deleteMessage(id, last.id);
      }
      case 'deletes conversation':
        return peer.deleteConversation(id);
    }
  }

  async function settle(): Promise<void> {
    // What was lost stays lost.
    await peer.webhooks.idle();
    peer.webhooks.setFaults({});
    peer.rest.clear();
    await allQuiet(world);
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
      const byDesk = ids.map(() => new Map<string, boolean>());
      for (const one of happening) await happen(one, ids, byDesk);
      await settle();
      const found = [];
      for (const [index, id] of ids.entries()) {
        const wrong = await disagreements(world, team, peer, id, byDesk[index] ?? new Map());
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

/** A press that nobody waits for; the button may be gone, and the product may be down. */
function press(team: ReturnType<typeof openChat>, number: number, index: number): void {
  const buttons = ['Acknowledge', 'Release', 'Reopen', 'Acknowledge'] as const;
  const wanted = buttons[index] ?? 'Acknowledge';
  const isThere = team.messages().some(({ text }) => text?.includes(`#${number} · `));
  if (isThere && team.buttons(number).includes(wanted)) team.press(number, wanted).catch(() => undefined);
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
