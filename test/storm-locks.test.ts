import { expect, test, vi } from 'vitest';
import type { Limits } from '../src/delivery/pace.ts';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { postAlert, startProduct } from './support/product.ts';
import { alertOf, connectTo, found, range, startWorld } from './support/world.ts';

vi.setConfig({ testTimeout: 60_000 });

const rules = [{ max: 1, windowMs: 300 }];
const slow = { interactive: [], critical: rules, high: rules, normal: rules };
const limits: Limits = { lane: () => slow, group: () => [] };

test('all folded ones are taken while their customers write on, and nobody waits in a circle', async (context) => {
  const world = await startWorld(context);
  const { sandbox, databaseUrl } = world;
  const product = await startProduct({ sandbox, databaseUrl, limits: () => limits });
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= product.stop());
  context.onTestFinished(stop);
  await Promise.all(range(1, 60).map((conversation) => postAlert(product, alertOf(conversation, 'medium'))));
  const isStorm = (text?: string) => text?.includes('ALERT STORM');
  const storm = await sandbox.waitFor(() => sandbox.messages(SEED.supportTeam).find(({ text }) => isStorm(text)), {
    what: 'the storm card',
  });
  const acknowledgeAll = () =>
    sandbox.press({
      chatId: SEED.supportTeam,
      messageId: storm.message_id,
      button: 'Acknowledge all',
      by: SEED.ana,
    });
  expect(await acknowledgeAll()).toMatchObject({ text: expect.stringContaining('Press again to confirm') });

  // One in the midst of them is held, so that both sides meet while each holds some of what the other needs.
  const folded = await world.rows<{ id: string }>(
    `select incidence_id as id from deliveries where state = 'folded' order by id desc limit 20`,
  );
  const held = folded[10]?.id;
  const apart = ({ id }: { id: string }) => Math.abs(Number(id) - Number(held));
  const near = folded.filter(({ id }) => id !== held).toSorted((a, b) => apart(a) - apart(b));
  const order = [...near.slice(0, 10).map(({ id }) => id), held, ...near.slice(10).map(({ id }) => id)];
  const holder = await connectTo(databaseUrl);
  await holder.query('begin');
  await holder.query('select from incidences where id = $1 for no key update', [held]);
  await world.rows(
    `insert into inbound_events (source, event, delivery_id, headers, body, received_at)
     select source, event, delivery_id || ' again', headers, body, now()
     from unnest($1::bigint[]) with ordinality wanted (id, position) join inbound_events on incidence_id = wanted.id
     order by position`,
    order,
  );
  const waitsForLocks = (most: number) =>
    found(
      world,
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
       having count(*) >= ${most}`,
    );
  await waitsForLocks(1);
  const pressed = acknowledgeAll();
  await waitsForLocks(2);
  await holder.query('rollback');
  await holder.end();

  expect(await pressed).toMatchObject({ text: expect.stringMatching(/(now yours)/) });
  await found(world, `select 1 where not exists (select from inbound_events where state = 'stored')`);
  const taken = await world.rows(
    `select 1 from incidences where id = any($1) and status = 'acknowledged' and alert_count = 2`,
    order,
  );
  expect(taken).toHaveLength(20);

  await stop();
  // What a session counted is known when it ended.
  await found(
    world,
    `select 1 where not exists (
       select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid())`,
  );
  const [counted] = await world.rows('select deadlocks from pg_stat_database where datname = current_database()');
  expect(counted).toEqual({ deadlocks: '0' });
});
