import fc from 'fast-check';
import { DateTime } from 'luxon';
import { expect, test, vi } from 'vitest';
import { type BusinessHours, parseBusinessHours } from '../src/config/business-hours.ts';
import * as incidenceStore from '../src/incidences/incidence-store.ts';
import type { Incidence } from '../src/incidences/incidence.ts';
import * as tagStore from '../src/incidences/tag-store.ts';
import { countFromHours } from '../src/stats/count-from-hours.ts';
import { calendarUntil, countNumbers } from '../src/stats/count-numbers.ts';
import { countWeek } from '../src/stats/count-week.ts';
import { settingsKey } from '../src/stats/hours.ts';
import type { Clock, Flow, Grouping } from '../src/stats/numbers.ts';
import { createPass } from '../src/stats/hours-job.ts';
import { parsePeriod, periodBefore, stepsOf } from '../src/stats/period.ts';
import { forgetLives, life, liveAll, place, startStores, type Stores } from './support/lives.ts';
import {
  type Happened,
  minuteCounter,
  near,
  quantileOf,
  readHistory,
  rounded,
  whatHappened,
} from './support/slow-numbers.ts';
import { waitUntil } from './support/wait.ts';

vi.setConfig({ testTimeout: 300_000 });

const hourMs = 3_600_000;

function clockOf(values: readonly number[]): Clock {
  return { n: values.length, median: near(quantileOf(values, 0.5)), p90: near(quantileOf(values, 0.9)) };
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

/** Something of every incidence changes that belongs to what happened long ago. */
async function tagAgain({ db, people }: Stores, now: Date): Promise<void> {
  const rows = await db.selectFrom('incidences').select('id').execute();
  for (const { id } of rows.slice(0, 2)) {
    await tagStore.set(db, id, 'late', people[0]?.id ?? 0, now);
    const entry = { incidenceId: id, action: 'tag', actorId: null, actor: 'x', before: {}, after: { tags: ['late'] } };
    await incidenceStore.record(db, [entry], now);
  }
}

test('every number is what a slow, obvious computation over the raw history finds', async () => {
  const stores = await startStores();
  const { db } = stores;
  await fc.assert(
    fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 7 }), place, async (lives, where) => {
      await forgetLives(stores);
      const { zone, grouping } = where;
      const start = DateTime.fromISO(where.day, { zone: 'UTC' }).toJSDate();
      const now = new Date(start.getTime() + 6 * 24 * hourMs + 11 * hourMs);
      const until = DateTime.fromJSDate(start).plus({ days: 4 }).toISODate();
      const words = where.period === 'days' ? `${where.day}..${until}` : where.period;
      const period = parsePeriod(words, zone, now);
      if (!period) throw new Error(words);
      const businessHours = hoursOf(where.hours);
      const clockwork = { businessHours, zone };
      const pass = createPass({ db, ...clockwork, now: () => now }, async () => undefined);
      // Others use the same server: their transactions end.
      const countHours = () => waitUntil(() => pass(new AbortController().signal));
      const early = where.counted === 'never' ? lives.length : Math.ceil(lives.length / 2);
      const inOrder = lives.toSorted((a, b) => a.afterMinutes - b.afterMinutes);
      await liveAll(stores, inOrder.slice(0, early), start);
      if (where.counted !== 'never') await countHours();
      await liveAll(stores, inOrder.slice(early), start);
      if (where.counted !== 'never') await tagAgain(stores, now);
      if (where.counted === 'again') await countHours();
      const minutes = minuteCounter(businessHours, zone, start, 45);

      // That the hours are used at all.
      const asked = { period, before: periodBefore(period, zone), grouping, beginnings: stepsOf(period, zone) };
      const settings = settingsKey(businessHours, zone);
      if (where.counted === 'again') {
        const calendar = await calendarUntil(db, period.to, clockwork);
        expect(await countFromHours(db, { ...asked, calendar, settings })).toBeDefined();
      }

      const numbers = rounded(await countNumbers(db, { period, grouping }, clockwork));

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

      const week = rounded(await countWeek(db, period, clockwork));
      const inZone = (at: Date) => DateTime.fromJSDate(at, { zone });
      for (const [hour, flow] of week.hours.entries()) {
        expect(flow).toEqual(flowOf(happened.filter(({ at }) => inZone(at).hour === hour)));
      }
      for (const [index, flow] of week.weekdays.entries()) {
        expect(flow).toEqual(flowOf(happened.filter(({ at }) => inZone(at).weekday === index + 1)));
      }
    }),
    { numRuns: 30 },
  );
});
