import { expect, test, vi } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { fetchReady, postAlert, startProduct } from './support/product.ts';
import { patiently, waitUntil } from './support/wait.ts';
import { alertOf, allShown, startWorld } from './support/world.ts';

vi.setConfig({ testTimeout: 60_000 });

test('a database whose disk is full is named to posters, /ready and admins; what it took is shown when there is room', async (context) => {
  const world = await startWorld(context);
  const { sandbox, databaseUrl } = world;
  const product = await startProduct({ sandbox, databaseUrl });
  context.onTestFinished(() => product.stop());
  const accepted = [1];
  await postAlert(product, alertOf(1));
  await allShown(sandbox, accepted);

  // PostgreSQL refuses what needs a new page, here every new row.
  const tables = ['inbound_events', 'lanes', 'incidences', 'deliveries', 'delivery_attempts'];
  await world.rows(
    `do $do$ begin
       create function refuse_row() returns trigger language plpgsql as
         $$ begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$;
     end $do$`,
  );
  for (const table of tables) {
    await world.rows(`create trigger refuse_row before insert on ${table} execute function refuse_row()`);
  }
  const answer = await postAlert(product, alertOf(2));
  expect(answer.status).toBe(503);
  expect(answer.body['message']).toContain("The database's disk is full");
  await waitUntil(async () => (await (await fetchReady(product)).text()).includes("the database's disk is full"));
  const notices = (words: string) => sandbox.messages(SEED.carla).filter(({ text }) => text?.includes(words));
  await sandbox.waitFor(() => notices("can't store anything: the database's disk is full").length === 1, patiently);

  for (const table of tables) await world.rows(`drop trigger refuse_row on ${table}`);
  await sandbox.waitFor(() => notices('can be written again').length === 1, patiently);
  for (const conversation of [2, 3]) {
    expect((await postAlert(product, alertOf(conversation))).status).toBe(200);
    accepted.push(conversation);
  }
  await allShown(sandbox, accepted);
  expect((await fetchReady(product)).status).toBe(200);
});
