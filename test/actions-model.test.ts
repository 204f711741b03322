import fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import { connect, type Db } from '../src/database/connect.ts';
import { migrate } from '../src/database/migrate.ts';
import { transact } from '../src/database/transact.ts';
import * as deliveryStore from '../src/delivery/delivery-store.ts';
import { defaultPolicy, dueAt } from '../src/escalation/policy.ts';
import { actOnIncidence, tagIncidence } from '../src/incidences/act-on-incidence.ts';
import * as cardStore from '../src/incidences/card-store.ts';
import * as dueStore from '../src/incidences/due-store.ts';
import type { Action } from '../src/incidences/incidence.ts';
import * as incidenceStore from '../src/incidences/incidence-store.ts';
import * as incidenceViewStore from '../src/incidences/incidence-view-store.ts';
import { receiveSourceEvents } from '../src/incidences/receive-source-events.ts';
import { undoLastAction } from '../src/incidences/undo-last-action.ts';
import { createLog } from '../src/log.ts';
import type { Person } from '../src/people/person.ts';
import * as personStore from '../src/people/person-store.ts';
import { remindDue } from '../src/reminders/remind-due.ts';
import { severities, type Severity } from '../src/sources/severity.ts';
import { noRules } from '../src/sources/severity-rules.ts';
import { createTestDatabase } from './support/database.ts';

vi.setConfig({ testTimeout: 180_000 });

const place = { chatId: SEED.supportTeam, threadId: null };
const places = { defaults: [place], routes: [] };
const desk = undefined;
const subject = { source: 'chatwoot', kind: 'conversation', account: '1', externalId: '7' } as const;

const happening = fc.record({
  afterSeconds: fc.constantFrom(0, 0, 10, 120, 299, 301, 1_900),
  by: fc.constantFrom(0, 1),
  what: fc.constantFrom(
    ...(['acknowledge', 'release', 'close', 'reopen', 'assign', 'snooze', 'severity', 'tag'] as const),
    ...(['undo', 'undo', 'undo', 'wrote'] as const),
  ),
  severity: fc.constantFrom(...severities),
});
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

/** What people see, and what can be undone: as simple as it can be said. */
type Seen = Readonly<{
  status: 'open' | 'acknowledged' | 'closed';
  holder: number | null;
  severity: Severity;
  snoozedUntil: number | null;
  outcome: string | null;
  tags: string;
}>;
type Model = Readonly<{ seen: Seen; last: Readonly<{ before: Seen; after: Seen; at: number }> | null }>;

const open = { status: 'open', holder: null, snoozedUntil: null } as const;
const keys = ['status', 'holder', 'severity', 'snoozedUntil', 'outcome', 'tags'] as const satisfies (keyof Seen)[];

/** What somebody wants, as the model has it; undefined where it is refused. */
function wish(seen: Seen, one: Happening, me: number, other: number, now: number): Partial<Seen> | undefined {
  const isOpen = seen.status !== 'closed';
  switch (one.what) {
    case 'acknowledge':
      return seen.status === 'open' ? { status: 'acknowledged', holder: me, snoozedUntil: null } : undefined;
    case 'assign':
      return isOpen && seen.holder !== other
        ? { status: 'acknowledged', holder: other, snoozedUntil: null }
        : undefined;
    case 'release':
      return seen.status === 'acknowledged' ? open : undefined;
    case 'close':
      return isOpen ? { status: 'closed', outcome: 'spam', snoozedUntil: null } : undefined;
    case 'reopen':
      return isOpen ? undefined : { ...open, outcome: null };
    case 'snooze':
      return isOpen ? { snoozedUntil: now + 1_800_000 } : undefined;
    case 'severity':
      return isOpen && seen.severity !== one.severity ? { severity: one.severity } : undefined;
    case 'tag':
      return { tags: seen.tags === '' ? 'vip' : '' };
    case 'undo':
    case 'wrote':
      return undefined;
  }
}

/** The answer to an undo, and how it is then. */
function undone({ seen, last }: Model, now: number): Readonly<{ answer: string; seen: Seen }> {
  if (!last) return { answer: 'nothing-to-undo', seen };
  if (now - last.at > 300_000) return { answer: 'too-late-to-undo', seen };
  const changed = keys.filter((key) => last.before[key] !== last.after[key]);
  if (changed.some((key) => seen[key] !== last.after[key])) return { answer: 'changed-since', seen };
  return { answer: 'undone', seen: { ...seen, ...Object.fromEntries(changed.map((key) => [key, last.before[key]])) } };
}

test('whatever two people, a customer and the time do: state, due time, history and cards are those of a simple model', async () => {
  const { db, people } = await startStores();
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 6, maxLength: 16 }), async (happenings) => {
      for (const table of [
        'deliveries',
        'reminders',
        'cards',
        'incidenceTags',
        'incidenceHistory',
        'incidences',
      ] as const)
        await db.deleteFrom(table).execute();
      await live(db, people, happenings);
    }),
    { numRuns: 40 },
  );
});

async function startStores() {
  const database = await createTestDatabase();
  const db = connect(database.url, { role: 'test', connections: 1, log: createLog('silent', { pretty: false }) });
  onTestFinished(async () => {
    await db.destroy();
    await database.drop();
  });
  await migrate(db);
  const person = (telegramId: number, firstName: string) =>
    personStore.upsert(db, { telegramId, firstName, lastName: null, username: null }, new Date());
  return { db, people: [await person(SEED.ana, 'Ana'), await person(SEED.ben, 'Ben')] as const };
}

async function live(db: Db, people: readonly [Person, Person], happenings: readonly Happening[]): Promise<void> {
  let nowMs = Date.parse('2026-11-26T12:00:00Z');
  const now = () => new Date(nowMs);
  const [incidence] = await incidenceStore.insertMany(db, [{ subject, row: { severity: 'high' } }], now());
  if (!incidence) throw new Error('nothing was opened');
  const { id } = incidence;
  const shown = { incidenceId: id, place, messageId: 1, version: incidence.version, contentHash: 'x' };
  const card = await cardStore.insert(db, shown, now());
  let model: Model = {
    seen: { ...open, severity: 'high', outcome: null, tags: '' },
    last: null,
  };

  async function check(what: string): Promise<void> {
    const found = await incidenceViewStore.findById(db, id);
    if (!found) throw new Error('it is gone');
    const seen: Seen = {
      status: found.status,
      holder: found.status === 'closed' ? model.seen.holder : found.acknowledgedBy,
      severity: found.severity,
      snoozedUntil: found.snoozedUntil?.getTime() ?? null,
      outcome: found.outcome,
      tags: found.tags.join(),
    };
    expect(seen, what).toEqual(model.seen);
    expect(found.nextDueAt, what).toEqual(dueAt(defaultPolicy, found));
    const last = await db
      .selectFrom('incidenceHistory')
      .select('after')
      .where('incidenceId', '=', id)
      .where('action', '<>', 'refused')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    const status = last?.after['status'];
    if (status !== undefined) expect(status, what).toBe(found.status);
    // Every change makes the card follow: it is edited from the present state.
    const [stored] = await db.selectFrom('cards').select('shownVersion').where('id', '=', card.id).execute();
    const edits = await db.selectFrom('deliveries').select('id').where('kind', '=', 'edit_card').execute();
    if (stored && stored.shownVersion < found.version) expect(edits, what).not.toEqual([]);
    await cardStore.setShown(db, { cardId: card.id, version: found.version, contentHash: 'x' });
    await db.deleteFrom('deliveryAttempts').execute();
    await db.deleteFrom('deliveries').execute();
  }

  async function pass(seconds: number): Promise<void> {
    const target = nowMs + seconds * 1000;
    for (;;) {
      const due = await dueStore.findNextDue(db);
      if (!due || due.getTime() > target) break;
      nowMs = Math.max(nowMs, due.getTime());
      await remindDue(db, { places, adminIds: [], desk }, now());
      const { seen } = model;
      const isOver = seen.status !== 'closed' && seen.snoozedUntil !== null && seen.snoozedUntil <= nowMs;
      if (isOver) model = { ...model, seen: { ...seen, ...open } };
      await check('the time');
    }
    nowMs = target;
  }

  for (const one of happenings) {
    await pass(one.afterSeconds);
    const me = people[one.by === 0 ? 0 : 1];
    const other = people[one.by === 0 ? 1 : 0];
    const { seen } = model;
    const request = { id, actor: me, places, desk };
    const change = wish(seen, one, me.id, other.id, nowMs);
    if (one.what === 'undo') {
      const expected = undone(model, nowMs);
      const outcome = await undoLastAction(db, request, now());
      expect(outcome.ok ? 'undone' : outcome.reason).toBe(expected.answer);
      model = outcome.ok ? { seen: expected.seen, last: null } : model;
    } else if (one.what === 'wrote') {
      await write(db, nowMs);
      if (seen.status === 'closed') model = { ...model, seen: { ...seen, ...open, outcome: null } };
      else if (seen.snoozedUntil !== null) model = { ...model, seen: { ...seen, ...open } };
    } else {
      const outcome =
        one.what === 'tag'
          ? await tagIncidence(db, { ...request, mode: seen.tags === '' ? 'set' : 'unset', tags: ['vip'] }, now())
          : await actOnIncidence(db, { ...request, action: actionOf(one, other, nowMs) }, now());
      expect(outcome.ok, one.what).toBe(change !== undefined);
      const after = { ...seen, ...change };
      if (change) model = { seen: after, last: { before: seen, after, at: nowMs } };
    }
    await check(one.what);
  }
}

function actionOf({ what, severity }: Happening, other: Person, nowMs: number): Action {
  switch (what) {
    case 'close':
      return { kind: 'close', outcome: 'spam' };
    case 'assign':
      return { kind: 'assign', to: { id: other.id, name: other.firstName } };
    case 'snooze':
      return { kind: 'snooze', until: new Date(nowMs + 1_800_000) };
    case 'severity':
      return { kind: 'severity', severity };
    case 'acknowledge':
    case 'release':
    case 'reopen':
      return { kind: what };
    case 'tag':
    case 'undo':
    case 'wrote':
      throw new Error(`${what} is no action`);
  }
}

let messages = 0;

/** The customer writes, as a webhook would tell it. */
async function write(db: Db, nowMs: number): Promise<void> {
  messages += 1;
  const at = new Date(nowMs);
  const event = {
    subject,
    change: { kind: 'wrote', severity: 'low', trigger: 'USER_INITIATED' },
    details: { message: `message ${messages}` },
    at,
    version: undefined,
    message: { ref: String(messages), at },
    contentKey: undefined,
  } as const;
  await transact(db, async (trx) => {
    const [received] = await receiveSourceEvents(
      trx,
      [{ event, receivedAt: at }],
      { places, rules: noRules, desk },
      at,
    );
    if (received?.kind !== 'changed') return;
    await incidenceStore.record(trx, received.history, at);
    await deliveryStore.enqueue(trx, received.requests, at);
  });
}
