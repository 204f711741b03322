import type { Db } from '../database/connect.ts';
import { pendingMigrations } from '../database/migrate.ts';
import { findWriteProblem } from '../database/usable.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import type { Operation } from '../sources/endpoint.ts';
import { healthDocs, readyDocs } from './documentation.ts';
import * as healthStore from './health-store.ts';

const telegramSilenceMs = 90_000;
const stuckMs = 600_000;
const unprocessedMs = 60_000;

/** `not-here` if another process runs the bot. */
export type TelegramState =
  | 'not-here'
  | Readonly<{
      /** When Telegram last answered a poll for updates. */
      polledAt: Date | undefined;
      /** When Telegram last accepted a message or an edit. */
      answeredAt: Date | undefined;
      /** Why presses and commands are not received, if known. */
      problem: string | undefined;
    }>;

type Deps = Readonly<{
  db: Db;
  /** Lanes of the team's chats. A lost private chat affects nobody else. */
  teamLanes: () => readonly string[];
  telegramState: () => TelegramState;
  /** How many updates that Telegram posted before then are not handled yet. */
  updatesWaiting: (before: Date) => Promise<number>;
  startedAt: Date;
  /** Sources whose changes are compared with their webhooks, and how often. */
  reconciled: readonly Reconciling[];
}>;

/** `/health`: liveness. `/ready`: readiness, with the reasons only for callers who may inspect. */
export function healthOperations(deps: Deps): Operation[] {
  return [
    {
      method: 'get',
      path: '/health',
      docs: healthDocs,
      perform: ({ now }) => ({
        status: 200,
        body: {
          status: 'healthy',
          service: 'bellhop',
          uptime_seconds: seconds(deps.startedAt, now),
          timestamp: now.toISOString(),
        },
      }),
    },
    {
      method: 'get',
      path: '/ready',
      docs: readyDocs,
      perform: async ({ now }, mayInspect) => {
        const reasons = [
          ...(await databaseProblems(deps, now)),
          ...telegramProblems(deps.telegramState(), now),
          ...(await reconcilerProblems(deps, now)),
        ];
        return reasons.length === 0
          ? { status: 200, body: { status: 'ready', timestamp: now.toISOString() } }
          : {
              status: 503,
              body: { status: 'not ready', ...(mayInspect ? { reasons } : {}), timestamp: now.toISOString() },
            };
      },
    },
  ];
}

async function databaseProblems({ db, updatesWaiting, ...deps }: Deps, now: Date): Promise<string[]> {
  try {
    const teamLanes = deps.teamLanes();
    const unwritable = await findWriteProblem(db);
    const pending = await pendingMigrations(db);
    // A migrated chat is not lost: its messages go to its successor.
    const lost = (await deliveryStore.findLostLanes(db)).filter(
      ({ lane, migratedTo }) => migratedTo === null && teamLanes.includes(lane),
    );
    const stuck = await healthStore.findStuckLanes(db, teamLanes, new Date(now.getTime() - stuckMs));
    const minuteAgo = new Date(now.getTime() - unprocessedMs);
    const waiting = await healthStore.countUnprocessed(db, minuteAgo);
    const unanswered = await updatesWaiting(minuteAgo);
    return [
      ...(unwritable ? [`Nothing can be stored: ${unwritable.detail}. ${unwritable.fix}`] : []),
      ...(pending.length > 0 ? [`The database is not migrated (${pending.join(', ')}): run npm run migrate.`] : []),
      ...(waiting > 0
        ? [
            `${waiting} received events have waited over a minute to be processed. Check that a process with the process role is running, and read its log.`,
          ]
        : []),
      ...(unanswered > 0
        ? [
            `${unanswered} presses or messages from Telegram have waited over a minute. Check that a process with the bot role is running, and read its log.`,
          ]
        : []),
      ...lost.map((lane) => `Telegram rejects messages to ${lane.lane}: ${lane.lostReason ?? 'unknown reason'}.`),
      ...stuck.map(
        (lane) =>
          `No message to ${lane} has been attempted for 10 minutes although some are due. Check that a process with the bot role is running, and read its log.`,
      ),
    ];
  } catch {
    return ['The database is not responding: check DATABASE_URL and that PostgreSQL is running.'];
  }
}

export type Reconciling = Readonly<{ source: 'chatwoot' | 'tawk'; everySeconds: number }>;

const deskNames = { chatwoot: 'Chatwoot', tawk: 'Tawk.to' } as const;

/** So many rounds may be missed, and at least five minutes: pauses grow after errors. */
const missedRounds = 3;
const leastBehindMs = 300_000;

async function reconcilerProblems(
  { db, reconciled, startedAt }: { db: Db; reconciled: readonly Reconciling[]; startedAt: Date },
  now: Date,
): Promise<string[]> {
  const problems: string[] = [];
  for (const { source, everySeconds } of reconciled) {
    const state = await healthStore.findReconciled(db, source).catch(() => undefined);
    const since = state?.succeededAt ?? startedAt;
    const behindMs = now.getTime() - since.getTime();
    if (behindMs <= Math.max(missedRounds * everySeconds * 1000, leastBehindMs)) continue;
    const why = state?.lastError ?? 'no round has ended; check that a process with the bot role is running';
    problems.push(
      `What ${deskNames[source]} sends no webhook for has not been looked for since ${since.toISOString()}: ${why}. Run npm run doctor.`,
    );
  }
  return problems;
}

function telegramProblems(state: TelegramState, now: Date): string[] {
  if (state === 'not-here') return [];
  const { polledAt, answeredAt, problem } = state;
  if (problem !== undefined) return [problem];
  if (!polledAt && !answeredAt)
    return ['Telegram has not answered yet: check TELEGRAM_BOT_TOKEN, and whether TELEGRAM_API_ROOT can be reached.'];
  const notPolledMs = polledAt ? now.getTime() - polledAt.getTime() : Infinity;
  const silentMs = Math.min(notPolledMs, answeredAt ? now.getTime() - answeredAt.getTime() : Infinity);
  if (silentMs > telegramSilenceMs)
    return [`Telegram has not answered for ${Math.round(silentMs / 1000)} s: cards are not being sent.`];
  if (!polledAt) return ['Presses and commands are not received yet: see the log (telegram.connect_failed).'];
  return notPolledMs > telegramSilenceMs
    ? [
        `Presses and commands have not been received for ${Math.round(notPolledMs / 1000)} s: see the log (telegram.poll_failed).`,
      ]
    : [];
}

function seconds(from: Date, to: Date): number {
  return Math.round((to.getTime() - from.getTime()) / 1000);
}
