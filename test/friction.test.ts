import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, onTestFinished, test, vi } from 'vitest';
import { historyOfChange } from '../src/incidences/history-of-change.ts';
import * as incidenceStore from '../src/incidences/incidence-store.ts';
import { deleteExpired } from '../src/retention/retention-job.ts';
import { countFriction } from '../src/stats/count-friction.ts';
import { countNumbers } from '../src/stats/count-numbers.ts';
import { createPass } from '../src/stats/hours-job.ts';
import { parsePeriod } from '../src/stats/period.ts';
import { openChat } from './support/chat.ts';
import { forgetLives, life, liveAll, place, startStores, type Stores } from './support/lives.ts';
import { postAlert, quiet, startProduct } from './support/product.ts';
import { near, readHistory, rounded } from './support/slow-numbers.ts';
import { waitUntil } from './support/wait.ts';

vi.setConfig({ testTimeout: 300_000 });

const hourMs = 3_600_000;

/** What is worth how much, as the incidences and their histories say one by one. */
async function slowFriction({ db }: Stores, period: { from: Date; to: Date }) {
  const rows = await db.selectFrom('incidences').selectAll().orderBy('id').execute();
  const history = await readHistory(db);
  const isIn = (at: Date | undefined) => at !== undefined && at >= period.from && at < period.to;
  const facts = rows.map((row) => {
    const entries = history.get(row.id) ?? [];
    const opened = entries[0]?.at;
    const orderedAt = entries.find(({ after }) => after.stage === 'POST_ORDER')?.at;
    const hasCart = row.stage !== 'POST_ORDER' && (row.cartValue ?? 0) > 0;
    let isAnswered = false;
    let lostAt: Date | undefined;
    for (const { at, action, after } of entries) {
      if (after.firstHumanReplyAt !== undefined) isAnswered = after.firstHumanReplyAt !== null;
      const isGivenUp = after.status === 'closed' && after.outcome !== 'spam' && !isAnswered;
      if (isGivenUp || action === 'missed') lostAt ??= at;
    }
    const score = row.frictionScore;
    return {
      row,
      isOpened: isIn(opened),
      askedBeforeOrder: orderedAt !== undefined || row.stage !== 'POST_ORDER',
      isOrderedWithinDay: Boolean(opened && orderedAt && orderedAt.getTime() - opened.getTime() <= 24 * hourMs),
      cart: hasCart ? (row.cartValue ?? 0) : 0,
      isLost: hasCart && isIn(lostAt),
      score: score === null ? null : Math.min(100, score <= 1 ? score * 100 : score),
    };
  });
  type Facts = (typeof facts)[number];
  const cartsOf = (some: readonly Facts[]) => {
    const carts = some.map(({ cart }) => cart).filter((value) => value > 0);
    return { count: carts.length, value: carts.reduce((sum, value) => sum + value, 0) };
  };
  const opened = facts.filter(({ isOpened }) => isOpened);
  const meanScore = (some: readonly Facts[]) => {
    const scores = some.flatMap(({ score }) => score ?? []);
    return scores.length === 0 ? null : near(scores.reduce((sum, score) => sum + score, 0) / scores.length);
  };
  const askedBy = (nameOf: (facts: Facts) => string | null) =>
    [...Map.groupBy(opened, nameOf)].map(([name, some]) => ({ name, opened: some.length, score: meanScore(some) }));
  const conversionOf = (some: readonly Facts[]) => ({
    asked: some.filter(({ askedBeforeOrder }) => askedBeforeOrder).length,
    ordered: some.filter(({ isOrderedWithinDay }) => isOrderedWithinDay).length,
  });
  const bands: Readonly<Record<string, string>> = { '12': '1–20', '101': '101–200', '5000': 'over 200' };
  return {
    cells: [...Map.groupBy(opened, ({ row }) => `${row.appScreen || ''}|${row.stage ?? ''}`).values()].map((some) => ({
      screen: some[0]?.row.appScreen || null,
      stage: some[0]?.row.stage ?? null,
      opened: some.length,
      score: meanScore(some),
      carts: cartsOf(some),
    })),
    screens: askedBy(({ row }) => row.appScreen || null).map((screen) => ({
      ...screen,
      conversion: conversionOf(opened.filter(({ row }) => (row.appScreen || null) === screen.name)),
    })),
    events: askedBy(({ row }) => row.eventType),
    guests: askedBy(({ row }) => bands[row.additionalInfo['guest-count'] ?? ''] ?? null),
    conversion: conversionOf(opened),
    waiting: cartsOf(facts.filter(({ row }) => row.status !== 'closed')),
    lost: cartsOf(facts.filter(({ isLost }) => isLost)),
    opened: cartsOf(opened),
  };
}

/** What belongs to another hour changes: the cart, and with it a line of the history. */
async function changeAll({ db }: Stores, now: Date): Promise<void> {
  const rows = await db.selectFrom('incidences').selectAll().orderBy('id').execute();
  for (const row of rows.slice(0, 2)) {
    const change = { cartValue: (row.cartValue ?? 0) + 100 };
    const after = await incidenceStore.update(db, row.id, change, now);
    const kept = historyOfChange(row, after, change);
    const entry = { incidenceId: row.id, action: 'context', actorId: null, actor: 'shop', ...kept };
    await incidenceStore.record(db, [entry], now);
  }
}

test('friction, carts and orders are what each incidence says for itself', async () => {
  const stores = await startStores();
  await fc.assert(
    fc.asyncProperty(
      fc.array(life, { minLength: 1, maxLength: 9 }),
      place,
      async (lives, { zone, day, counted: hoursCounted, period: words }) => {
        await forgetLives(stores);
        const start = new Date(`${day}T00:00:00Z`);
        const now = new Date(start.getTime() + 6 * 24 * hourMs + 11 * hourMs);
        const period = parsePeriod(words === 'days' ? `${day}..${day}` : words, zone, now);
        if (!period) throw new Error(words);
        const clockwork = { businessHours: 'always', zone } as const;
        const pass = createPass({ db: stores.db, ...clockwork, now: () => now }, async () => undefined);
        // Others use the same server: their transactions end.
        const countHours = () => waitUntil(() => pass(new AbortController().signal));
        const inOrder = lives.toSorted((a, b) => a.afterMinutes - b.afterMinutes);
        const early = hoursCounted === 'never' ? lives.length : Math.ceil(lives.length / 2);
        await liveAll(stores, inOrder.slice(0, early), start);
        if (hoursCounted !== 'never') await countHours();
        await liveAll(stores, inOrder.slice(early), start);
        if (hoursCounted !== 'never') await changeAll(stores, now);
        if (hoursCounted === 'again') await countHours();

        const { steps, period: _, ...counted } = rounded(await countFriction(stores.db, period, clockwork));
        const { opened, ...expected } = await slowFriction(stores, period);
        const unordered = (friction: typeof counted) => ({
          ...friction,
          cells: new Set(friction.cells),
          screens: new Set(friction.screens),
          events: new Set(friction.events),
          guests: new Set(friction.guests),
        });
        expect(unordered(counted)).toEqual(unordered(expected));
        const sum = (part: 'opened' | 'lost') => ({
          count: steps.reduce((all, step) => all + step[part].count, 0),
          value: steps.reduce((all, step) => all + step[part].value, 0),
        });
        expect(sum('opened')).toEqual(opened);
        expect(sum('lost')).toEqual(expected.lost);
      },
    ),
    { numRuns: 40 },
  );
});

test('hours that were counted before are added up, until their incidences change', async () => {
  const stores = await startStores();
  const { db } = stores;
  const start = new Date('2026-06-11T00:00:00Z');
  const now = new Date(start.getTime() + 6 * 24 * hourMs);
  const cart = { severity: 'low' as const, isAlert: false, property: null, guests: null, steps: [] };
  const shop = {
    stage: 'PRE_ORDER',
    appScreen: 'Cart',
    cartValue: 1200,
    frictionScore: 60,
    eventType: 'wedding',
  } as const;
  await liveAll(stores, [{ ...cart, ...shop, afterMinutes: 10 }], start);
  const clockwork = { businessHours: 'always', zone: 'UTC' } as const;
  const pass = createPass({ db, ...clockwork, now: () => now }, async () => undefined);
  await waitUntil(() => pass(new AbortController().signal));
  const period = parsePeriod('7d', 'UTC', now);
  if (!period) throw new Error('no period');

  await sql`update stats_hours set counts[1] = 5 where grouping = 'event'`.execute(db);
  expect((await countFriction(db, period, clockwork)).events).toEqual([{ name: 'wedding', opened: 5, score: 60 }]);
  await changeAll(stores, now);
  expect((await countFriction(db, period, clockwork)).events).toEqual([{ name: 'wedding', opened: 1, score: 60 }]);
});

test('retention changes no number; only a recount finds no guests any more', async () => {
  const stores = await startStores();
  const { db } = stores;
  const start = new Date('2026-06-11T00:00:00Z');
  const now = new Date(start.getTime() + 6 * 24 * hourMs);
  const shop = { property: 'Shop', stage: 'PRE_ORDER', appScreen: 'Cart', cartValue: 1200, guests: '12' } as const;
  const asked = { severity: 'high', isAlert: false, frictionScore: 60, eventType: 'wedding' } as const;
  const ended = [
    { afterMinutes: 7, what: 'acknowledge', by: 0 },
    { afterMinutes: 45, what: 'close', by: 1 },
  ] as const;
  const lives = [10, 3_000].map((afterMinutes) => ({ ...shop, ...asked, afterMinutes, steps: [...ended] }));
  await liveAll(stores, lives, start);
  const clockwork = { businessHours: 'always', zone: 'UTC' } as const;
  const period = parsePeriod('7d', 'UTC', now);
  if (!period) throw new Error('no period');
  const countAll = async () => ({
    numbers: await countNumbers(db, { period, grouping: 'screen' }, clockwork),
    friction: await countFriction(db, period, clockwork),
  });
  const recount = async () => {
    await sql`truncate stats_hours, stats_progress`.execute(db);
    const pass = createPass({ db, ...clockwork, now: () => now }, async () => undefined);
    await waitUntil(() => pass(new AbortController().signal));
  };
  await recount();
  const before = await countAll();
  expect(before.friction.guests).toMatchObject([{ name: '1–20', opened: 2 }]);
  const deleted = await deleteExpired(db, 90, new Date(now.getTime() + 200 * 24 * hourMs));
  expect(deleted['incidences']).toBe(2);
  expect(await countAll()).toEqual(before);
  await recount();
  const guests = [{ name: null, opened: 2, score: 60 }];
  expect(await countAll()).toEqual({ ...before, friction: { ...before.friction, guests } });
});

test('/stats 30d friction shows it on one screen, with the same buttons', async () => {
  const product = await startProduct();
  onTestFinished(() => product.stop());
  const team = openChat(product);
  const shop = { current_screen: 'Checkout', friction_score: 0.9, event_type: 'wedding', guest_count: 120 };
  for (const [id, info] of [
    [1, { ...shop, cart_value: 150_000 }],
    [2, { ...shop, cart_value: 20_000, friction_score: 70 }],
    [3, { ...shop, current_screen: 'Menu', order_id: 'o-1' }],
  ] as const) {
    const alert = { severity: 'high', reason: 'X', conversation_id: id, message: 'x', additional_info: info };
    await postAlert(product, alert);
  }
  await quiet(product);
  await team.ask('/close 2 resolved');
  const { text } = await team.ask('/stats 30d friction');
  expect(text).toBe(
    [
      '🧭 Friction in the last 30 days',
      '',
      'Carts waiting now: ₹1,50,000 (1 incidence)',
      'Carts lost: ₹20,000 (1 incidence)',
      'Ordered within a day: 0% (0 of 2 who asked before an order)',
      '',
      'Opened by screen and stage (mean friction score of 100)',
      'Checkout · unknown stage: 2 (80)',
      'Menu · post-order: 1 (90)',
      '',
      'Events: wedding 3',
      'Guests: 101–200 3',
    ].join('\n'),
  );
  const answer = await team.ask('/stats friction');
  await team.pressUnder(answer, 'How is this counted?');
  expect((await team.waitForText('How friction is counted')).text).toContain('the sum of the carts in INR');
  expect((await team.ask('/stats yesterday friction')).text).toContain('Carts waiting now: ₹1,50,000 (1 incidence)\n');
});
