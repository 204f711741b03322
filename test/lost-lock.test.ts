import { expect, test, vi } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { startProcess } from './support/processes.ts';
import { startWall } from './support/wall.ts';
import { allShown, connectTo, cutConnections, found, postAlerts, startWorld, type World } from './support/world.ts';

vi.setConfig({ testTimeout: 60_000 });

test('a process that does not know yet that it lost the sender lock does not answer a press', async (context) => {
  const world = await startWorld(context);
  const { sandbox } = world;
  const wall = await startWall(world, 'sender');
  const first = await startProcess(world, { databaseUrl: wall.url });
  await first.said('telegram.connected');
  await startProcess(world);
  await postAlerts(first, [1]);
  await allShown(sandbox, [1]);

  // The press waits for the incidence. Meanwhile the other process takes the lock, and the first one's session falls silent.
  const holder = await connectTo(world.databaseUrl);
  context.onTestFinished(() => holder.end());
  await holder.query('begin; select from incidences for update');
  const card = sandbox.messages(SEED.supportTeam).at(-1);
  const press = { chatId: SEED.supportTeam, messageId: card?.message_id ?? 0, button: 'Acknowledge', by: SEED.ana };
  const pressed = sandbox.press(press);
  await waiting(world, 1);
  wall.close();
  await cutConnections(world, 'sender');
  await waiting(world, 2);
  await holder.query('rollback');

  // The first process acknowledged it, and the answer is the second one's.
  expect((await pressed)?.text).toBe('Already acknowledged by you');
  await first.said('sender.lock_lost');
  const history = await world.rows<{ action: string }>('select action from incidence_history order by id');
  expect(history.map(({ action }) => action)).toEqual(['alerted', 'acknowledge', 'refused']);
});

function waiting(world: World, sessions: number) {
  return found(
    world,
    `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
     having count(*) = ${sessions}`,
  );
}
