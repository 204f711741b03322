import type { Db } from '../database/connect.ts';
import { pendingMigrations } from '../database/migrate.ts';
import * as deliveryStore from '../delivery/delivery-store.ts';
import type { Operation } from '../inbound/source.ts';
import * as healthStore from './health-store.ts';

const telegramSilenceMs = 90_000;
const stuckMs = 600_000;

/** `/health`: the process answers. `/ready`: it can do its work, or why not. */
export function healthOperations(deps: {
  db: Db;
  /** Lanes of the team's chats: a person's own chat that is lost stops nobody else. */
  teamLanes: () => readonly string[];
  /** When Telegram last answered; undefined where another process has the bot. */
  telegramHeardAt: () => Date | 'not-here' | undefined;
  startedAt: Date;
}): Operation[] {
  return [
    {
      method: 'get',
      path: '/health',
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
      perform: async ({ now }) => {
        const reasons = [
          ...(await databaseProblems(deps.db, deps.teamLanes(), now)),
          ...telegramProblems(deps.telegramHeardAt(), now),
        ];
        return reasons.length === 0
          ? { status: 200, body: { status: 'ready', timestamp: now.toISOString() } }
          : { status: 503, body: { status: 'not ready', reasons, timestamp: now.toISOString() } };
      },
    },
  ];
}

async function databaseProblems(db: Db, teamLanes: readonly string[], now: Date): Promise<string[]> {
  try {
    const pending = await pendingMigrations(db);
    // One that became another chat is not lost: what was for it goes there.
    const lost = (await deliveryStore.findAllLanes(db)).filter(
      ({ lane, lostAt, migratedTo }) => lostAt && migratedTo === null && teamLanes.includes(lane),
    );
    const stuck = await healthStore.findStuckLanes(db, teamLanes, new Date(now.getTime() - stuckMs));
    return [
      ...(pending.length > 0 ? [`The database is not migrated (${pending.join(', ')}): run npm run migrate.`] : []),
      ...lost.map((lane) => `Messages to ${lane.lane} are refused: ${lane.lostReason ?? 'unknown reason'}.`),
      ...stuck.map(
        (lane) =>
          `Messages to ${lane} have waited for 10 minutes and nothing comes of them: check that a process with the role bot runs, and what its log says.`,
      ),
    ];
  } catch {
    return ['The database does not answer: check DATABASE_URL and that PostgreSQL runs.'];
  }
}

function telegramProblems(heardAt: Date | 'not-here' | undefined, now: Date): string[] {
  if (heardAt === 'not-here') return [];
  if (!heardAt) return ['Telegram has not answered yet: check TELEGRAM_BOT_TOKEN and the way to TELEGRAM_API_ROOT.'];
  const silent = now.getTime() - heardAt.getTime();
  return silent > telegramSilenceMs
    ? [`Telegram has not answered for ${Math.round(silent / 1000)} s: cards wait.`]
    : [];
}

function seconds(from: Date, to: Date): number {
  return Math.round((to.getTime() - from.getTime()) / 1000);
}
