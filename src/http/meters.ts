import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Pool } from 'pg';

/** What this process measures while it works; `/metrics` shows it beside what the database holds. */
export type Meters = Readonly<{
  registry: Registry;
  /** A source's event was stored. */
  eventStored: (source: string) => void;
  /** `code`: Telegram's error code, or that no answer came; undefined where it did as it was asked. */
  telegramCalled: (call: Readonly<{ method: string; seconds: number; code?: string | undefined }>) => void;
  /** A press was answered, so long after it arrived in this process. */
  pressAnswered: (seconds: number) => void;
  /** So many incidences got a reminder because nobody acknowledged them, or answered the customer. */
  reminded: (counts: Readonly<{ open: number; answer: number }>) => void;
  watchPool: (name: string, pool: Pool) => void;
}>;

/** A press must be answered within a second, a call usually takes a tenth; Telegram is given up after 30 s. */
const buckets = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function createMeters(): Meters {
  const registry = new Registry();
  const registers = [registry];
  const stored = new Counter({
    name: 'bellhop_stored_events_total',
    help: 'Events of sources stored since this process started; repeated deliveries do not count',
    labelNames: ['source'],
    registers,
  });
  const calls = new Histogram({
    name: 'bellhop_telegram_request_seconds',
    help: 'Time until Telegram answered, or failed to; without the polls, which wait on purpose',
    labelNames: ['method'],
    buckets,
    registers,
  });
  const refused = new Counter({
    name: 'bellhop_telegram_errors_total',
    help: 'Requests that Telegram refused, by its error code (429: it asked us to wait), or did not answer',
    labelNames: ['code'],
    registers,
  });
  const presses = new Histogram({
    name: 'bellhop_press_seconds',
    help: 'Time from the arrival of a press in this process until Telegram took its answer',
    buckets,
    registers,
  });
  const reminders = new Counter({
    name: 'bellhop_reminders_total',
    help: 'Incidences that got a reminder since this process started: nobody acknowledged (open) or answered (answer)',
    labelNames: ['about'],
    registers,
  });
  // What never happened is 0, so that an increase from nothing shows.
  for (const code of ['429', 'unanswered']) refused.inc({ code }, 0);
  for (const about of ['open', 'answer']) reminders.inc({ about }, 0);

  const pools = new Map<string, Pool>();
  const connections = new Gauge({
    name: 'bellhop_database_connections',
    help: 'Connections of this process to the database, by pool and whether they are in use',
    labelNames: ['pool', 'state'],
    registers: [],
    collect() {
      for (const [pool, { totalCount, idleCount }] of pools) {
        this.set({ pool, state: 'idle' }, idleCount);
        this.set({ pool, state: 'busy' }, totalCount - idleCount);
      }
    },
  });
  const requests = new Gauge({
    name: 'bellhop_database_waiting_requests',
    help: 'Requests of this process that wait for a connection to the database',
    labelNames: ['pool'],
    registers: [],
    collect() {
      for (const [pool, { waitingCount }] of pools) this.set({ pool }, waitingCount);
    },
  });

  for (const gauge of [connections, requests]) registry.registerMetric(gauge);

  return {
    registry,
    eventStored: (source) => stored.inc({ source }),
    telegramCalled: ({ method, seconds, code }) => {
      calls.observe({ method }, seconds);
      if (code !== undefined) refused.inc({ code });
    },
    pressAnswered: (seconds) => presses.observe(seconds),
    reminded: ({ open, answer }) => {
      reminders.inc({ about: 'open' }, open);
      reminders.inc({ about: 'answer' }, answer);
    },
    watchPool: (name, pool) => void pools.set(name, pool),
  };
}
