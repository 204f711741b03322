import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { sql } from 'kysely';
import { onTestFinished } from 'vitest';
import { SEED } from '../../src/app/sandbox-mode/seed.ts';
import { connect } from '../../src/database/connect.ts';
import { migrate } from '../../src/database/migrate.ts';
import { historyOfChange, historyOfOpening } from '../../src/incidences/history-of-change.ts';
import * as incidenceStore from '../../src/incidences/incidence-store.ts';
import { type Incidence, type IncidenceChange, transition } from '../../src/incidences/incidence.ts';
import * as tagStore from '../../src/incidences/tag-store.ts';
import { createLog } from '../../src/log.ts';
import type { Person } from '../../src/people/person.ts';
import * as personStore from '../../src/people/person-store.ts';
import { severities } from '../../src/sources/severity.ts';
import { groupings } from '../../src/stats/numbers.ts';
import { createTestDatabase } from './database.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** What happens to one incidence, and how long after what happened before. */
const step = fc.record({
  afterMinutes: fc.constantFrom(0, 1, 7, 45, 180, 700, 1_441, 3_000),
  what: fc.constantFrom(
    'acknowledge',
    'release',
    'close',
    'reopen',
    'answered',
    'missed',
    'snooze',
    'severity',
    'tag',
    'order',
  ),
  by: fc.nat({ max: 1 }),
});
export const life = fc.record({
  afterMinutes: fc.integer({ min: 0, max: 5 * 24 * 60 }),
  severity: fc.constantFrom(...severities),
  isAlert: fc.boolean(),
  property: fc.constantFrom(null, 'Shop', 'Events'),
  stage: fc.constantFrom(null, 'PRE_ORDER' as const, 'POST_ORDER' as const),
  appScreen: fc.constantFrom(null, '', 'Cart', 'Payment'),
  cartValue: fc.constantFrom(null, 0, 1200, 25_000.5),
  frictionScore: fc.constantFrom(null, 0.25, 1, 60, 250),
  eventType: fc.constantFrom(null, 'wedding', 'birthday'),
  guests: fc.constantFrom(null, '12', 'many', '101', '5000'),
  steps: fc.array(step, { maxLength: 9 }),
});
type Life = typeof life extends fc.Arbitrary<infer T> ? T : never;

export async function startStores() {
  const database = await createTestDatabase();
  const db = connect(database.url, { role: 'test', connections: 4, log: createLog('silent', { pretty: false }) });
  onTestFinished(async () => {
    await db.destroy();
    await database.drop();
  });
  await migrate(db);
  const people = [SEED.ana, SEED.ben].map((telegramId, index) => ({
    telegramId,
    firstName: index === 0 ? 'Ana' : 'Ben',
    lastName: null,
    username: null,
  }));
  return { db, people: await Promise.all(people.map((person) => personStore.upsert(db, person, new Date()))) };
}
export type Stores = Awaited<ReturnType<typeof startStores>>;

/** Nothing has happened yet. */
export async function forgetLives({ db }: Stores): Promise<void> {
  await sql`truncate incidences, incidence_history, incidence_tags, stats_hours, stats_progress restart identity cascade`.execute(
    db,
  );
}

/** Lives one incidence after the other, the one that opened first first. */
export async function liveAll(stores: Stores, lives: readonly Life[], start: Date): Promise<void> {
  for (const given of lives.toSorted((a, b) => a.afterMinutes - b.afterMinutes)) await live(stores, given, start);
}

/** One incidence from its opening on, by the same rules as in the product. */
async function live({ db, people }: Stores, given: Life, start: Date): Promise<void> {
  let now = new Date(start.getTime() + given.afterMinutes * minuteMs);
  const { severity, property, stage, appScreen, isAlert, cartValue, frictionScore, eventType, guests } = given;
  const subject = { source: 'chatwoot', kind: 'conversation', account: '1', externalId: randomUUID() } as const;
  const info = guests === null ? {} : { additionalInfo: { 'guest-count': guests } };
  const shop = { property, stage, appScreen, cartValue, frictionScore, eventType, ...info };
  const row = { severity, ...shop, alertCount: isAlert ? 1 : 0 };
  const [opened] = await incidenceStore.insertMany(db, [{ subject, row }], now);
  if (!opened) throw new Error('not opened');
  let current = opened;
  const record = async (change: IncidenceChange, action: string, actorId: number | null) => {
    const after = await incidenceStore.update(db, current.id, change, now);
    const kept = historyOfChange(current, after, change);
    await incidenceStore.record(db, [{ incidenceId: current.id, action, actorId, actor: 'x', ...kept }], now);
    current = after;
  };
  const entry = { incidenceId: current.id, action: 'wrote', actorId: null, actor: 'chatwoot' };
  await incidenceStore.record(db, [{ ...entry, ...historyOfOpening(opened) }], now);
  for (const { afterMinutes, what, by } of given.steps) {
    now = new Date(now.getTime() + afterMinutes * minuteMs);
    const actor = people[by];
    if (!actor) throw new Error('nobody');
    const change = changeOf(what, current, actor, now);
    if (what === 'tag') await tagStore.set(db, current.id, by === 0 ? 'vip' : 'refund', actor.id, now);
    else if (change)
      await record(change, what, what === 'answered' || what === 'missed' || what === 'order' ? null : actor.id);
  }
}

function changeOf(what: string, current: Incidence, actor: Person, now: Date): IncidenceChange | undefined {
  switch (what) {
    case 'acknowledge':
    case 'release':
    case 'reopen':
    case 'close': {
      const action =
        what === 'close'
          ? ({ kind: 'close', outcome: actor.telegramId === SEED.ana ? 'spam' : 'resolved' } as const)
          : { kind: what };
      const outcome = transition(current, action, actor, now);
      return outcome.ok ? outcome.change : undefined;
    }
    case 'answered':
      // Half of them are reported late.
      return current.status !== 'closed' && !current.firstHumanReplyAt
        ? { firstHumanReplyAt: new Date(Math.max(now.getTime() - 5 * minuteMs, current.openSince?.getTime() ?? 0)) }
        : undefined;
    case 'missed':
      return current.missedAt ? undefined : { missedAt: now };
    case 'snooze':
      return { snoozedUntil: new Date(now.getTime() + hourMs) };
    case 'severity':
      return { severity: 'critical' };
    case 'order':
      return current.stage === 'POST_ORDER' ? undefined : { stage: 'POST_ORDER' };
    default:
      return undefined;
  }
}

/** Around days on which the clocks change. */
const days = ['2026-03-26', '2026-10-22', '2026-04-02', '2026-06-11'];
/** Where and when the team works, and what it asks for. */
export const place = fc.record({
  zone: fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'UTC'),
  hours: fc.constantFrom('always', 'Mon-Fri 09:00-18:00', 'Mon-Sun 22:00-03:30', 'Sun 01:00-03:00; Tue 12:00-12:30'),
  day: fc.constantFrom(...days),
  grouping: fc.constantFrom(...groupings),
  /** Whether hours were counted before everything happened, or once more after it. */
  counted: fc.constantFrom('never', 'before', 'again'),
  period: fc.constantFrom('today', 'yesterday', '7d', '30d', 'days'),
});
