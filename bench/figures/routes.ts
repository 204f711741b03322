import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { SEED } from '../../src/app/sandbox-mode/seed.ts';
import { query, startServer, temporaryDirectory } from '../support/database.ts';
import { type Bench, type Figure, type Row, row } from '../support/figure.ts';
import { plain, quantile } from '../support/numbers.ts';
import { startWorld } from '../support/world.ts';

/** From a press to its answer, in a chat with 200 routes and 10,000 open incidences; beside one with neither. */
export const routes: Figure = { name: 'routes', run };

const routeCount = 200;
const incidenceCount = 10_000;
const targetMs = 100;
const betweenMs = 20;

async function run({ quick }: Bench): Promise<Row[]> {
  const directory = await temporaryDirectory();
  const server = await startServer();
  const world = await startWorld(server.create('routes'), join(directory, 'product'));
  await world.show(await world.start(), 1);
  const presses = quick ? 20 : 1_000;

  const pressAll = async () => {
    const answers: number[] = [];
    for (let count = 0; count < presses; count += 1) {
      answers.push((await world.telegram.call('press')) ?? Number.POSITIVE_INFINITY);
      await wait(betweenMs);
    }
    return answers;
  };
  const before = await pressAll();
  await fill(world.databaseUrl);
  // Until every process has read the routes.
  await wait(2_000);
  const filled = await pressAll();

  const [ours, baseline] = [quantile(filled, 0.99), quantile(before, 0.99)];
  const figure = `Press → answer, with ${routeCount} routes and ${incidenceCount.toLocaleString('en')} open incidences, p99 of ${presses}, against none of either`;
  return [
    row(figure, {
      ours: `${plain(ours)} ms`,
      baseline: `${plain(baseline)} ms`,
      ratio: plain(ours / baseline),
      target: `≤ ${targetMs} ms`,
      ok: ours <= targetMs,
    }),
  ];
}

/** Routes that the pressed card does not match, so that each is asked, and incidences whose cards stand in the chat. */
async function fill(databaseUrl: string): Promise<void> {
  await query(
    databaseUrl,
    `insert into routes (chat_id, thread_id, title, conditions, created_at)
     select $1, $2, 'Urgent', jsonb_build_array(jsonb_build_object('kind', 'tag', 'name', 'bench-' || number)), now()
     from generate_series(1, $3::int) number`,
    [SEED.forum, SEED.topics.urgent, routeCount],
  );
  await query(
    databaseUrl,
    `with opened as (
       insert into incidences (source, kind, account, external_id, status, severity, happened_at, opened_at, open_since, updated_at)
       select 'chatwoot', 'conversation', '1', 'bench-' || number, 'open', 'medium', now(), now(), now(), now()
       from generate_series(1, $2::int) number returning id)
     insert into cards (incidence_id, chat_id, message_id, shown_version, sent_at)
     select id, $1, 1000000 + id, 1, now() from opened`,
    [SEED.supportTeam, incidenceCount],
  );
}
