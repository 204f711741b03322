import { expect, test, vi } from 'vitest';
import type { NewFault } from 'telegram-sandbox';
import { startProcess } from './support/processes.ts';
import { startDetour } from './support/detour.ts';
import {
  allShown,
  connectTo,
  cutConnections,
  found,
  nothingWaits,
  postAlerts,
  postUntilTaken,
  range,
  shownConversations,
  startWorld,
} from './support/world.ts';
import { createRandom } from './support/random.ts';
import { patiently } from './support/wait.ts';

// Everything here waits for something to happen; on a busy machine that takes its time.
vi.setConfig({ testTimeout: 120_000 });

const silences = [
  { kind: 'outage' },
  { kind: 'hang', method: 'sendMessage', seconds: 3600 },
] as const satisfies NewFault[];

test.concurrent.for(silences)(
  'SIGKILL while Telegram is silent ($kind): every stored alert is shown once after the restart',
  async (fault, context) => {
    const world = await startWorld(context);
    const { sandbox } = world;
    const first = await startProcess(world);
    await first.said('telegram.connected');
    sandbox.faults.add(fault);

    const answers = await postAlerts(first, range(1, 4));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
    first.signal('SIGKILL');
    await first.exited;
    sandbox.faults.clear();

    await startProcess(world);
    await allShown(sandbox, range(1, 4));
    await nothingWaits(world);
    expect(shownConversations(sandbox).toSorted()).toEqual(range(1, 4));
  },
);

test.concurrent('SIGKILL after Telegram took a card and before that was written down: that one doubles, nothing else', async (context) => {
  const world = await startWorld(context);
  const { sandbox } = world;
  const first = await startProcess(world);
  const reader = await connectTo(world.databaseUrl);
  // What a sent card is written down with waits for this table, what leads to its sending does not.
  await reader.query('begin; lock table delivery_attempts in share mode');

  const answers = postAlerts(first, range(1, 3));
  await sandbox.waitFor(() => shownConversations(sandbox).length === 1, patiently);
  expect((await answers).map(({ status }) => status)).toEqual([202, 202, 202]);
  first.signal('SIGKILL');
  await first.exited;
  // PostgreSQL would go on with what a dead client asked for.
  await cutConnections(world, '%');
  await reader.end();

  await startProcess(world);
  await allShown(sandbox, range(1, 3));
  await nothingWaits(world);
  const doubled = shownConversations(sandbox)[0] ?? 0;
  expect(shownConversations(sandbox).toSorted()).toEqual([...range(1, 3), doubled].toSorted());
});

test.concurrent('a connection that breaks after Telegram took a card doubles that card and no other', async (context) => {
  const world = await startWorld(context);
  const { sandbox } = world;
  const process = await startProcess(world);
  sandbox.faults.add({ kind: 'reset-after', method: 'sendMessage' });
  await postAlerts(process, range(1, 3));
  await allShown(sandbox, range(1, 3));
  await nothingWaits(world);
  const doubled = shownConversations(sandbox)[0] ?? 0;
  expect(shownConversations(sandbox).toSorted()).toEqual([...range(1, 3), doubled].toSorted());
});

test.concurrent('five SIGKILLs at random instants during 200 alerts lose none and double at most one each', async (context) => {
  const world = await startWorld(context);
  const { sandbox } = world;
  const kills = 5;
  const count = 200;
  const random = createRandom();
  let process = await startProcess(world);
  const posting = postUntilTaken(() => process, range(1, count));

  for (let kill = 0; kill < kills; kill += 1) {
    const enough = Math.min(shownConversations(sandbox).length + 5 + random(30), count);
    await sandbox.waitFor(() => shownConversations(sandbox).length >= enough, patiently);
    process.signal('SIGKILL');
    await process.exited;
    process = await startProcess(world);
  }
  await posting;
  await allShown(sandbox, range(1, count));
  await nothingWaits(world);
  expect(shownConversations(sandbox).length).toBeLessThanOrEqual(count + kills);
});

test.concurrent('SIGTERM: what is being sent is finished and written down, the rest goes with the next start', async (context) => {
  const world = await startWorld(context);
  const { sandbox } = world;
  const detour = await startDetour(world);
  const first = await startProcess(world, { env: { TELEGRAM_API_ROOT: detour.apiRoot } });
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  detour.after = ({ method }) => (method === 'sendMessage' ? released : Promise.resolve());

  const answers = postAlerts(first, range(1, 3));
  await sandbox.waitFor(() => shownConversations(sandbox).length === 1, patiently);
  await found(world, `select 1 from deliveries having count(*) = 3`);
  first.signal('SIGTERM');
  await first.said('process.stopping');
  // Whoever waits for an answer still gets one.
  expect((await answers).every(({ status }) => status === 200 || status === 202)).toBe(true);
  release();
  expect(await first.exited).toEqual({ code: 0, signal: null });
  expect(first.output()).not.toContain('stop.part_abandoned');
  expect(await world.rows(`select 1 from deliveries where state = 'sent'`)).not.toHaveLength(0);

  await startProcess(world);
  await allShown(sandbox, range(1, 3));
  await nothingWaits(world);
  expect(shownConversations(sandbox).toSorted()).toEqual(range(1, 3));
});

test.concurrent('the sender goes on by itself when its database session is cut', async (context) => {
  const world = await startWorld(context);
  const { sandbox } = world;
  const process = await startProcess(world);
  await process.said('sender.took_over');
  for (const round of [1, 2, 3]) {
    await cutConnections(world, 'sender');
    await process.said('sender.took_over', round + 1);
    await postAlerts(process, [round]);
    await allShown(sandbox, [round]);
  }
  await nothingWaits(world);
  expect(shownConversations(sandbox)).toEqual([1, 2, 3]);
  expect(sandbox.refusals.filter(({ error_code }) => error_code === 409)).toEqual([]);
});

test.concurrent('the process survives all its database connections being cut, again and again, under load', async (context) => {
  const world = await startWorld(context);
  const { sandbox } = world;
  const process = await startProcess(world);
  const posting = postUntilTaken(() => process, range(1, 40));
  for (const enough of [1, 2, 3, 4]) {
    await sandbox.waitFor(() => shownConversations(sandbox).length >= enough * 8, patiently);
    await cutConnections(world, '%');
  }
  await posting;
  await allShown(sandbox, range(1, 40));
  await nothingWaits(world);
  expect(shownConversations(sandbox).length).toBeLessThanOrEqual(44);
  expect((await fetch(`${process.baseUrl}/ready`)).status).toBe(200);
});
