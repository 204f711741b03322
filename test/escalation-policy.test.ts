import fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { connect, type Db } from '../src/database/connect.ts';
import { migrate } from '../src/database/migrate.ts';
import { dueAt, defaultPolicy, type Policy } from '../src/escalation/policy.ts';
import type { Incidence, IncidenceChange } from '../src/incidences/incidence.ts';
import * as dueStore from '../src/incidences/due-store.ts';
import * as incidenceStore from '../src/incidences/incidence-store.ts';
import { createLog } from '../src/log.ts';
import * as personStore from '../src/people/person-store.ts';
import { remindDue } from '../src/reminders/remind-due.ts';
import * as reminderStore from '../src/reminders/reminder-store.ts';
import { isStillTrue } from '../src/reminders/still-true.ts';
import { changePolicy } from '../src/settings/escalation-settings.ts';
import { severities } from '../src/sources/severity.ts';
import { createTestDatabase } from './support/database.ts';

vi.setConfig({ testTimeout: 120_000 });

const place = { chatId: SEED.supportTeam, threadId: null };
const deps = { places: { defaults: [place], routes: [] }, adminIds: [], desk: undefined };

async function startStores() {
  const database = await createTestDatabase();
  const db = connect(database.url, { role: 'test', connections: 1, log: createLog('silent', { pretty: false }) });
  onTestFinished(async () => {
    await db.destroy();
    await database.drop();
  });
  await migrate(db);
  const identity = { telegramId: SEED.ana, firstName: 'Ana', lastName: null, username: null };
  return { db, ana: await personStore.upsert(db, identity, new Date()) };
}

/** What may happen to an incidence, and how long before it. */
const happening = fc.record({
  afterSeconds: fc.constantFrom(0, 1, 20, 60, 119, 120, 121, 400, 1_000, 4_000),
  what: fc.constantFrom(
    'acknowledge',
    'release',
    'close',
    'reopen',
    'snooze',
    'wake',
    'severity',
    'wrote',
    'answered',
    'policy',
  ),
  severity: fc.constantFrom(...severities),
  /** Whether the chat has room for what is due until then. */
  hasRoom: fc.boolean(),
});
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

const policies: readonly Policy[] = [
  { ...defaultPolicy, answer: 600 },
  { ...defaultPolicy, critical: [{ seconds: 30, whom: 'leads' }], low: [{ seconds: 60, whom: 'duty' }], answer: null },
];

test('random histories: no reminder after an end, none twice, none late, and the due time is that of the policy', async () => {
  const { db, ana } = await startStores();
  const severity = fc.constantFrom(...severities);
  await fc.assert(
    fc.asyncProperty(severity, fc.array(happening, { minLength: 4, maxLength: 14 }), async (first, happenings) => {
      for (const table of ['deliveries', 'incidenceHistory', 'incidences'] as const)
        await db.deleteFrom(table).execute();
      await db.deleteFrom('settings').execute();
      await changePolicy(db, { part: { answer: 600 }, said: 'answer 10m', by: ana.id }, new Date(0));
      await live(db, ana.id, { first, happenings });
    }),
    { numRuns: 60 },
  );
});

async function live(
  db: Db,
  anaId: number,
  { first, happenings }: Readonly<{ first: Incidence['severity']; happenings: readonly Happening[] }>,
): Promise<void> {
  let nowMs = Date.parse('2026-11-26T12:00:00Z');
  const now = () => new Date(nowMs);
  let policy: Policy = { ...defaultPolicy, answer: 600 };
  const subject = { source: 'chatwoot', kind: 'conversation', account: '1', externalId: '7' } as const;
  const opening = { severity: first, detailsVersion: 1, unanswered: [`${nowMs}:1`] };
  const [opened] = await incidenceStore.insertMany(db, [{ subject, row: opening }], now());
  if (!opened) throw new Error('nothing was opened');
  const { id } = opened;
  let done = new Set<string>();

  /** Everything due until then is done within two seconds, and sent where there is room. */
  async function passTo(targetMs: number, hasRoom: boolean): Promise<void> {
    for (;;) {
      const due = await dueStore.findNextDue(db);
      if (!due || due.getTime() > targetMs) break;
      nowMs = Math.max(nowMs, due.getTime()) + 1;
      const before = await read();
      expect(await remindDue(db, deps, now())).toMatchObject({ taken: 1 });
      const after = await read();
      for (let step = before.escalationStep; step < after.escalationStep; step += 1) {
        expect(before.status).toBe('open');
        const key = `${before.openSince?.getTime()}:${step}`;
        expect(done.has(key), `step ${step} was done already`).toBe(false);
        done.add(key);
      }
      await check();
      if (before.snoozedUntil)
        expect(after).toMatchObject({ status: 'open', snoozedUntil: null, acknowledgedBy: null });
      else if (hasRoom) expect(await send()).toBeGreaterThan(0);
    }
    nowMs = Math.max(nowMs, targetMs);
    await send();
  }

  /** Returns how many reminders were still true. */
  async function send(): Promise<number> {
    const waiting = await reminderStore.findWaiting(db, place);
    const sent = waiting.filter((one) => isStillTrue(one, one.incidence));
    const incidence = await read();
    for (const { about } of sent) {
      expect(incidence.status).toBe(about === 'answer' ? 'acknowledged' : 'open');
      expect(incidence.snoozedUntil).toBeNull();
    }
    const settled = waiting.map((one) => one.id);
    if (settled.length > 0)
      await db.updateTable('reminders').set({ settledAt: now() }).where('id', 'in', settled).execute();
    return sent.length;
  }

  async function check(): Promise<void> {
    const incidence = await read();
    expect(incidence.nextDueAt).toEqual(dueAt(policy, incidence));
    if (incidence.status === 'closed') expect(incidence.nextDueAt).toBeNull();
  }

  async function read(): Promise<Incidence> {
    const [incidence] = await incidenceStore.findAllByIds(db, [id]);
    if (!incidence) throw new Error('the incidence is gone');
    return incidence;
  }

  await check();
  for (const one of happenings) {
    await passTo(nowMs + one.afterSeconds * 1000, one.hasRoom);
    if (one.what === 'policy') {
      policy = policies[Math.trunc(nowMs / 1000) % 2] ?? policy;
      await changePolicy(db, { part: policy, said: 'another', by: anaId }, now());
      // Another policy has other steps.
      done = new Set();
    } else {
      const change = changeBy(one, await read(), anaId, now());
      if (change) await incidenceStore.update(db, id, change, now());
    }
    await check();
  }
  await passTo(nowMs + 20_000_000, true);
  expect(await dueStore.findNextDue(db)).toBeUndefined();
}

/** Undefined where it cannot happen now. */
function changeBy(
  { what, severity }: Happening,
  incidence: Incidence,
  anaId: number,
  now: Date,
): IncidenceChange | undefined {
  const { status } = incidence;
  const isOpen = status !== 'closed';
  switch (what) {
    case 'acknowledge':
      return status === 'open' ? { status: 'acknowledged', acknowledgedAt: now, acknowledgedBy: anaId } : undefined;
    case 'release':
      return status === 'acknowledged'
        ? { status: 'open', openSince: now, acknowledgedAt: null, acknowledgedBy: null }
        : undefined;
    case 'close':
      return isOpen ? { status: 'closed', closedAt: now } : undefined;
    case 'reopen':
      return isOpen ? undefined : { status: 'open', openSince: now, acknowledgedAt: null, acknowledgedBy: null };
    case 'snooze':
      return isOpen ? { snoozedUntil: new Date(now.getTime() + 1_800_000) } : undefined;
    case 'wake':
      return { snoozedUntil: null };
    case 'severity':
      return { severity };
    case 'wrote':
      return { unanswered: [...incidence.unanswered, `${now.getTime()}:${incidence.unanswered.length + 1}`] };
    case 'answered':
      return { lastAnswerAt: now, unanswered: [] };
    case 'policy':
      return undefined;
  }
}
