import { expect, test, type TestContext } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { openChat } from './support/chat.ts';
import { createClock } from './support/clock.ts';
import { postAlert, startProduct } from './support/product.ts';
import { found, startWorld, type World } from './support/world.ts';

/** A Sunday evening in Berlin; the digest is due at 09:00, which is 08:00 UTC. */
const sunday = '2026-11-29T19:00:00Z';
const hour = 3600;

async function startDigest(context: TestContext, env: Record<string, string> = { DIGEST_AT: '09:00' }) {
  const world = await startWorld(context);
  const clock = createClock(sunday);
  const start = async () => {
    const { sandbox, databaseUrl } = world;
    const product = await startProduct({
      sandbox,
      databaseUrl,
      now: clock.now,
      env: { TIMEZONE: 'Europe/Berlin', ...env },
    });
    context.onTestFinished(() => product.stop());
    return product;
  };
  return { world, clock, start, product: await start() };
}

const digests = ({ sandbox }: World) =>
  sandbox
    .messages(SEED.supportTeam)
    .map(({ text }) => text ?? '')
    .filter((text) => /Yesterday,|Last week,/.test(text));

const planned = (world: World) => found(world, `select 1 from settings where key = 'digest-day'`);

test('on Monday morning yesterday and the week come, in six lines under a picture; once, also after a restart', async (context) => {
  const { world, clock, product, start } = await startDigest(context);
  await postAlert(product, { severity: 'high', reason: 'X', conversation_id: 1, message: 'x' });
  await clock.pass(product, 12 * hour);
  expect(digests(world)).toEqual([]);

  await clock.pass(product, 2 * hour);
  await planned(world);
  const { sandbox } = world;
  await sandbox.waitFor(() => digests(world).length === 2, { what: 'both digests' });
  const [day = '', week = ''] = digests(world);
  expect(day.split('\n')).toEqual([
    '📊 Yesterday, Sun 29 Nov',
    '',
    'Opened: 1 (0)',
    'Closed: 0 (0)',
    'Missed chats: 0 (0)',
    'To the acknowledgement: –',
    'To the first answer: –',
    'Open now: 1, 1 of them unacknowledged',
    '',
    'In brackets: the day before. Times: median, 90th percentile.',
  ]);
  expect(week).toContain('Last week, Mon 23 Nov – Sun 29 Nov');

  await product.stop();
  const again = await start();
  await clock.pass(again, hour);
  await openChat(again).ask('/stats');
  expect(digests(world)).toHaveLength(2);
  await clock.pass(again, 24 * hour);
  await sandbox.waitFor(() => digests(world).length === 3, { what: 'the digest of Tuesday' });
});

test('without DIGEST_AT nothing is sent', async (context) => {
  const { world, clock, product } = await startDigest(context, {});
  await clock.pass(product, 24 * hour);
  await openChat(product).ask('/stats');
  expect(digests(world)).toEqual([]);
  expect(await world.rows(`select 1 from settings where key = 'digest-day'`)).toEqual([]);
});
