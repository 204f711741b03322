import { expect, test, vi } from 'vitest';
import { createSessionLock } from '../src/database/session-lock.ts';
import { createLog } from '../src/log.ts';
import { startWall } from './support/wall.ts';
import { cutConnections, found, startWorld, type World } from './support/world.ts';

vi.setConfig({ testTimeout: 60_000 });

test('an answer from before another took the lock, read after it, confirms nothing', async (context) => {
  const world = await startWorld(context);
  const wall = await startWall(world);
  const first = await hold(world, 'first', wall.url);
  await silent(world, 'first');
  wall.closeForAnswers();
  const confirmed = expect(first.confirm()).rejects.toThrow('connection');
  await wall.heldBack;
  await silent(world, 'first');
  await cutConnections(world, 'first');
  const second = await hold(world, 'second', world.databaseUrl);
  wall.open();
  await confirmed;
  await second.confirm();
});

test('an answer that comes late is believed where the lock is still held', async (context) => {
  const world = await startWorld(context);
  const wall = await startWall(world);
  const lock = await hold(world, 'first', wall.url);
  await silent(world, 'first');
  wall.closeForAnswers();
  const confirmed = lock.confirm();
  await wall.heldBack;
  await silent(world, 'first');
  wall.open();
  await confirmed;
});

async function hold({ atEnd }: World, name: string, directUrl: string) {
  const lock = createSessionLock({ directUrl, key: 1, name, log: createLog('silent', { pretty: false }) });
  const isHeld = Promise.withResolvers<void>();
  lock.start({ held: () => isHeld.resolve(), lost: async () => undefined });
  atEnd(lock.stop);
  await isHeld.promise;
  return lock;
}

/** Resolves when what this session answered last is old. */
async function silent(world: World, name: string): Promise<void> {
  await found(
    world,
    `select 1 from pg_stat_activity
     where application_name = $1 and state = 'idle' and state_change < clock_timestamp() - interval '100 ms'`,
    `bellhop ${name}`,
  );
}
