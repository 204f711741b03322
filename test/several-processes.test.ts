import { expect, test, vi } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { startDetour } from './support/detour.ts';
import { type Answered, postAlert } from './support/product.ts';
import { type BellhopProcess, startProcess } from './support/processes.ts';
import {
  alertOf,
  allShown,
  connectTo,
  found,
  nothingWaits,
  postAlerts,
  postUntilTaken,
  range,
  shownConversations,
  startWorld,
  type World,
} from './support/world.ts';
import { startWall } from './support/wall.ts';
import { createRandom } from './support/random.ts';
import { patiently } from './support/wait.ts';

// Everything here waits for something to happen; on a busy machine that takes its time.
vi.setConfig({ testTimeout: 120_000 });

test.concurrent('receiving, processing and sending in three processes: the poster still learns the message', async (context) => {
  const world = await startWorld(context);
  const receiver = await startProcess(world, { env: { ROLES: 'http' } });
  await startProcess(world, { env: { ROLES: 'process' } });
  const sender = await startProcess(world, { env: { ROLES: 'bot' } });
  await sender.said('telegram.connected');

  for (const conversation of range(1, 5)) {
    const answer = await postAlert(receiver, alertOf(conversation));
    const card = world.sandbox.messages(SEED.supportTeam).at(-1);
    expect(answer).toMatchObject({ status: 200, body: { telegram_message_id: card?.message_id } });
  }
  expect((await fetch(`${receiver.baseUrl}/ready`)).status).toBe(200);

  const messageId = world.sandbox.messages(SEED.supportTeam)[0]?.message_id ?? 0;
  const answer = await world.sandbox.press({
    chatId: SEED.supportTeam,
    messageId,
    button: 'Acknowledge',
    by: SEED.ana,
  });
  expect(answer?.text).toBe('#1 is yours');
});

test.concurrent('of two processes one sends and polls; when it dies the other goes on', async (context) => {
  const world = await startWorld(context);
  const first = await startProcess(world);
  await first.said('telegram.connected');
  const second = await startProcess(world);

  expectTaken(await postAlerts(second, range(1, 3)));
  expect(second.output()).not.toContain('sender.took_over');
  // Killed between sending and recording, it would be right to send once more.
  await nothingWaits(world);
  first.signal('SIGKILL');
  expectTaken(await postAlerts(second, range(4, 3)));
  await second.said('sender.took_over');
  await allShown(world.sandbox, range(1, 6));
  await nothingWaits(world);
  expect(shownConversations(world.sandbox).toSorted()).toEqual(range(1, 6));
  expect(conflicts(world)).toEqual([]);
});

test.concurrent('a sender that ends in good order hands over without a conflict, and nothing comes twice', async (context) => {
  const world = await startWorld(context);
  let sender = await startProcess(world);
  await sender.said('telegram.connected');
  for (const round of range(0, 3)) {
    const next = await startProcess(world);
    const posting = postAlerts(next, range(round * 5, 5));
    world.sandbox.type({ chatId: SEED.supportTeam, by: SEED.ana, text: '/open' });
    sender.signal('SIGTERM');
    expect(await sender.exited).toEqual({ code: 0, signal: null });
    expect(sender.output()).not.toContain('stop.part_abandoned');
    await posting;
    await next.said('telegram.connected');
    sender = next;
  }
  await allShown(world.sandbox, range(0, 15));
  await nothingWaits(world);
  expect(shownConversations(world.sandbox)).toHaveLength(15);
  expect(conflicts(world)).toEqual([]);
});

test.concurrent('a sender that stands still, is replaced and goes on again stands by', async (context) => {
  const world = await startWorld(context);
  const first = await startProcess(world);
  await first.said('telegram.connected');
  const second = await startProcess(world);
  expectTaken(await postAlerts(second, range(1, 3)));
  // Stopped between sending and recording, it would be right to send once more.
  await nothingWaits(world);

  first.signal('SIGSTOP');
  await vanish(world);
  await second.said('telegram.connected');
  expectTaken(await postAlerts(second, range(4, 3)));
  first.signal('SIGCONT');
  await first.said('sender.lock_lost');
  expectTaken(await postAlerts(second, range(7, 3)));
  await nothingWaits(world);

  second.signal('SIGKILL');
  await first.said('sender.took_over', 2);
  expectTaken(await postAlerts(first, range(10, 3)));
  await allShown(world.sandbox, range(1, 12));
  await nothingWaits(world);
  expect(shownConversations(world.sandbox).toSorted((a, b) => a - b)).toEqual(range(1, 12));
  expect(world.sandbox.premature).toEqual([]);
  // The poll that was under way when it stood still; it never polled again as the sender it no longer was.
  expect(conflicts(world).length).toBeLessThanOrEqual(1);
  expect(second.output()).not.toContain('telegram.poll_conflict');
});

test.concurrent('a sender that stands still between looking and sending does not send once it is replaced', async (context) => {
  const world = await startWorld(context);
  const first = await startProcess(world);
  await first.said('telegram.connected');
  const second = await startProcess(world);
  // The card is found, and its rendering held up here.
  const holder = await connectTo(world.databaseUrl);
  await holder.query('begin; lock table cards in access exclusive mode');
  const posting = postAlerts(second, [1]);
  await found(
    world,
    `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like 'select "incidences".*%'`,
  );
  first.signal('SIGSTOP');
  await vanish(world);
  await holder.query('rollback');
  await holder.end();

  await second.said('telegram.connected');
  await posting;
  await allShown(world.sandbox, [1]);
  first.signal('SIGCONT');
  await first.said('sender.lock_lost');
  await postAlerts(second, [2]);
  await nothingWaits(world);
  expect(shownConversations(world.sandbox)).toEqual([1, 2]);
});

test.concurrent('three processes, each in turn killed at random and started again, lose nothing of 100 alerts', async (context) => {
  const world = await startWorld(context);
  const { sandbox } = world;
  const processes = await Promise.all(range(0, 3).map(() => startProcess(world)));
  const random = createRandom();
  const anyOf = (alive: BellhopProcess[]) => alive[random(alive.length)] as BellhopProcess;
  const posting = postUntilTaken(() => anyOf(processes), range(1, 100));

  const kills = 3;
  for (let kill = 0; kill < kills; kill += 1) {
    const enough = Math.min(shownConversations(sandbox).length + 5 + random(15), 100);
    await sandbox.waitFor(() => shownConversations(sandbox).length >= enough, patiently);
    const victim = anyOf(processes);
    victim.signal('SIGKILL');
    processes[processes.indexOf(victim)] = await startProcess(world);
  }
  await posting;
  await allShown(sandbox, range(1, 100));
  await nothingWaits(world);
  expect(shownConversations(sandbox).length).toBeLessThanOrEqual(100 + kills);
  expect(conflicts(world)).toEqual([]);
});

test.concurrent('a sender cut off from the database alone stops polling, so that its successor is not disturbed', async (context) => {
  const world = await startWorld(context);
  const detour = await startDetour(world);
  const polls: string[] = [];
  const wall = await startWall(world);
  detour.before = async ({ method }) => {
    if (method === 'getUpdates') polls.push(method);
    if (method !== 'setMyCommands') return undefined;
    // In the middle of its start: what it calls next asks a session that does not answer.
    wall.close();
    await wall.heldBack;
    return undefined;
  };
  const first = await startProcess(world, { databaseUrl: wall.url, env: { TELEGRAM_API_ROOT: detour.apiRoot } });
  await first.said('sender.lock_lost');
  await vanish(world);
  const second = await startProcess(world);
  await second.said('telegram.connected');
  const before = polls.length;
  expectTaken(await postAlerts(second, range(1, 3)));
  await allShown(world.sandbox, range(1, 3));
  const messageId = world.sandbox.messages(SEED.supportTeam)[0]?.message_id ?? 0;
  const press = { chatId: SEED.supportTeam, messageId, button: 'Acknowledge', by: SEED.ana };
  expect(await world.sandbox.press(press)).toMatchObject({ text: expect.stringContaining('is yours') });
  expect(polls.length).toBe(before);
  expect(conflicts(world)).toEqual([]);
});

/** The server gives up the sender's session, as after its keepalive when the machine is gone. */
async function vanish(world: World): Promise<void> {
  await world.rows(`select pg_terminate_backend(pid) from pg_locks
                    where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`);
}

/** Sent at once or queued, which depends on how busy the machine is; each answer says which. */
function expectTaken(answers: readonly Answered[]): void {
  for (const { status, body } of answers) {
    const isSent = status === 200;
    expect(body).toMatchObject({
      success: true,
      message: isSent ? 'Alert forwarded to Telegram' : 'Alert queued for Telegram',
      telegram_message_id: isSent ? expect.any(Number) : null,
    });
    if (!isSent) expect(status).toBe(202);
  }
}

function conflicts(world: World) {
  return world.sandbox.refusals.filter(({ error_code }) => error_code === 409);
}
