import fc from 'fast-check';
import { sql } from 'kysely';
import { DateTime } from 'luxon';
import { expect, onTestFinished, test, vi } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { type BusinessHours, parseBusinessHours } from '../src/config/business-hours.ts';
import { connect, type Db } from '../src/database/connect.ts';
import { migrate } from '../src/database/migrate.ts';
import { historyOfChange, historyOfOpening } from '../src/incidences/history-of-change.ts';
import * as incidenceStore from '../src/incidences/incidence-store.ts';
import { type Incidence, type IncidenceChange, transition } from '../src/incidences/incidence.ts';
import * as tagStore from '../src/incidences/tag-store.ts';
import { createLog } from '../src/log.ts';
import * as personStore from '../src/people/person-store.ts';
import { severities } from '../src/sources/severity.ts';
import { countNumbers } from '../src/stats/count-numbers.ts';
import { type Clock, type Grouping, groupings, type Flow } from '../src/stats/numbers.ts';
import { parsePeriod } from '../src/stats/period.ts';
import { createTestDatabase } from './support/database.ts';
import { type Happened, minuteCounter, quantileOf, whatHappened } from './support/slow-numbers.ts';

vi.setConfig({ testTimeout: 300_000 });

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

const step = fc.record({
  afterMinutes: fc.constantFrom(0, 1, 7, 45, 180, 700, 1_441, 3_000),
  what: fc.constantFrom('acknowledge', 'release', 'close', 'reopen', 'answered', 'missed', 'snooze', 'severity', 'tag'),
  by: fc.nat({ max: 1 }),
});
const life = fc.record({
  afterMinutes: fc.integer({ min: 0, max: 5 * 24 * 60 }),
  severity: fc.constantFrom(...severities),
  isAlert: fc.boolean(),
  property: fc.constantFrom(null, 'Shop', 'Events'),
  stage: fc.constantFrom(null, 'PRE_ORDER' as const, 'POST_ORDER' as const),
  appScreen: fc.constantFrom(null, '', 'Cart', 'Payment'),
  steps: fc.array(step, { maxLength: 9 }),
});
type Life = typeof life extends fc.Arbitrary<infer T> ? T : never;

/** Around days on which the clocks change. */
const days = ['2026-03-26', '2026-10-22', '2026-04-02', '2026-06-11'];
const place = fc.record({
  zone: fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'UTC'),
  hours: fc.constantFrom('always', 'Mon-Fri 09:00-18:00', 'Mon-Sun 22:00-03:30', 'Sun 01:00-03:00; Tue 12:00-12:30'),
  day: fc.constantFrom(...days),
  grouping: fc.constantFrom(...groupings),
  period: fc.constantFrom('today', 'yesterday', '7d', '30d', 'days'),
});

async function startStores() {
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
type Stores = Awaited<ReturnType<typeof startStores>>;

/** One incidence from its opening on, by the same rules as in the product. */
async function live({ db, people }: Stores, given: Life, index: number, start: Date): Promise<void> {
  let now = new Date(start.getTime() + given.afterMinutes * minuteMs);
  const { severity, property, stage, appScreen, isAlert } = given;
  const subject = { source: 'chatwoot', kind: 'conversation', account: '1', externalId: String(index) } as const;
  const row = { severity, property, stage, appScreen, alertCount: isAlert ? 1 : 0 };
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
    else if (change) await record(change, what, what === 'answered' || what === 'missed' ? null : actor.id);
  }
}

function changeOf(what: string, current: Incidence, actor: { id: number }, now: Date): IncidenceChange | undefined {
  switch (what) {
    case 'acknowledge':
    case 'release':
    case 'reopen':
    case 'close': {
      const action = what === 'close' ? ({ kind: 'close', outcome: 'spam' } as const) : { kind: what };
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
    default:
      return undefined;
  }
}

function clockOf(values: readonly number[]): Clock {
  return { n: values.length, median: near(quantileOf(values, 0.5)), p90: near(quantileOf(values, 0.9)) };
}

/** Two ways to compute one quantile differ in the last digits. */
function near(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1000) / 1000;
}

function flowOf(happened: readonly Happened[]): Flow {
  const count = (kind: Happened['kind']) => happened.filter((event) => event.kind === kind).length;
  const times = (kind: Happened['kind']) => {
    const took = happened.flatMap((event) => (event.kind === kind && event.took ? [event.took] : []));
    return { real: clockOf(took.map(({ real }) => real)), business: clockOf(took.map(({ business }) => business)) };
  };
  return {
    opened: count('opened'),
    acknowledged: count('acknowledged'),
    closed: count('closed'),
    reopened: count('reopened'),
    missed: count('missed'),
    toAcknowledge: times('acknowledged'),
    toAnswer: times('answered'),
    toClose: times('closed'),
  };
}

function rounded<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_, inner: unknown) => (typeof inner === 'number' ? near(inner) : inner));
}

function hoursOf(text: string): BusinessHours {
  const parsed = parseBusinessHours(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.hours;
}

/** Which groups an incidence, or for agents what happened to it, belongs to. */
async function groupNames({ db, people }: Stores, grouping: Grouping) {
  const rows = await db.selectFrom('incidences').selectAll().execute();
  const tags = new Map<number, string[]>();
  for (const { id } of rows) tags.set(id, await tagStore.findAllByIncidence(db, id));
  return (id: number, person: number | null): (string | null)[] => {
    const row = rows.find((incidence) => incidence.id === id);
    if (!row) throw new Error('no incidence');
    switch (grouping) {
      case 'severity':
        return [row.severity];
      case 'source':
        return [row.alertCount > 0 ? 'alert' : row.source];
      case 'inbox':
        return [row.property];
      case 'stage':
        return [row.stage];
      case 'screen':
        return [row.appScreen || null];
      case 'agent':
        return [people.find((known) => known.id === person)?.firstName ?? null];
      case 'tag': {
        const own = tags.get(id) ?? [];
        return own.length > 0 ? own : [null];
      }
    }
  };
}

async function readHistory(db: Db) {
  const { rows } = await sql<Parameters<typeof whatHappened>[0][number]>`
    select * from incidence_history order by incidence_id, id`.execute(db);
  return Map.groupBy(rows, ({ incidenceId }) => incidenceId);
}

test('every number is what a slow, obvious computation over the raw history finds', async () => {
  const stores = await startStores();
  const { db } = stores;
  await fc.assert(
    fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 7 }), place, async (lives, where) => {
      await sql`truncate incidences, incidence_history, incidence_tags restart identity cascade`.execute(db);
      const { zone, grouping } = where;
      const start = DateTime.fromISO(where.day, { zone: 'UTC' }).toJSDate();
      const inOrder = lives.toSorted((a, b) => a.afterMinutes - b.afterMinutes);
      for (const [index, given] of inOrder.entries()) await live(stores, given, index, start);
      const now = new Date(start.getTime() + 6 * 24 * hourMs + 11 * hourMs);
      const until = DateTime.fromJSDate(start).plus({ days: 4 }).toISODate();
      const words = where.period === 'days' ? `${where.day}..${until}` : where.period;
      const period = parsePeriod(words, zone, now);
      if (!period) throw new Error(words);
      const businessHours = hoursOf(where.hours);
      const minutes = minuteCounter(businessHours, zone, start, 45);

      const numbers = rounded(await countNumbers(db, { period, grouping }, { businessHours, zone }));

      const history = await readHistory(db);
      const all = [...history.values()].flatMap((entries) => whatHappened(entries, minutes));
      const within = ({ from, to }: { from: Date; to: Date }) => all.filter(({ at }) => at >= from && at < to);
      const open = await db.selectFrom('incidences').selectAll().where('status', '<>', 'closed').execute();
      const standing = (rows: readonly Incidence[]) => ({
        openNow: rows.length,
        unacknowledgedNow: rows.filter(({ status }) => status === 'open').length,
      });
      const happened = within(period);
      expect(numbers.totals).toEqual({ ...flowOf(happened), ...standing(open) });
      const before = { from: new Date(numbers.before.from), to: new Date(numbers.before.to) };
      expect(numbers.before.flow).toEqual(flowOf(within(before)));

      const namesOf = await groupNames(stores, grouping);
      const names = new Set([
        ...happened.flatMap((event) => namesOf(event.incidenceId, event.person)),
        ...open.flatMap((row) => namesOf(row.id, row.acknowledgedBy)),
      ]);
      const expected = [...names].map((name) => ({
        name,
        ...flowOf(happened.filter((event) => namesOf(event.incidenceId, event.person).includes(name))),
        ...standing(open.filter((row) => namesOf(row.id, row.acknowledgedBy).includes(name))),
      }));
      const counted = expected.filter(
        (group) => group.opened + group.acknowledged + group.closed + group.reopened + group.missed + group.openNow > 0,
      );
      expect(new Set(numbers.groups)).toEqual(new Set(counted));

      const steps = numbers.steps.map(({ from }) => new Date(from));
      expect(steps[0]).toEqual(period.from);
      for (const [index, { from: _, ...flow }] of numbers.steps.entries()) {
        const part = { from: steps[index] ?? period.from, to: steps[index + 1] ?? period.to };
        expect(flow).toEqual(flowOf(within(part)));
      }
    }),
    { numRuns: 40 },
  );
});
