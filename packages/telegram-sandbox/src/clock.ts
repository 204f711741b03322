/** The sandbox's own time: real time plus an offset that tests set. */
export type Clock = {
  /** Milliseconds since 1970. */
  now(): number;
  /** Moves time forward; what becomes due runs before this returns, in order. */
  advance(ms: number): void;
  /** From now on only `advance` moves time. */
  freeze(): void;
  /** Runs once after `ms`; returns a function that cancels it. */
  after(ms: number, run: () => void): () => void;
  /** Cancels everything. */
  stop(): void;
};

type Alarm = { dueAt: number; run: () => void; handle?: NodeJS.Timeout };

const MAX_TIMEOUT_MS = 2_000_000_000;

export function createClock(): Clock {
  const alarms = new Set<Alarm>();
  let offset = 0;
  let frozenAt: number | undefined;

  const now = () => frozenAt ?? Date.now() + offset;

  function arm(alarm: Alarm): void {
    clearTimeout(alarm.handle);
    if (frozenAt !== undefined && alarm.dueAt > frozenAt) return;
    const wait = Math.min(Math.max(alarm.dueAt - now(), 0), MAX_TIMEOUT_MS);
    alarm.handle = setTimeout(() => (alarm.dueAt > now() ? arm(alarm) : fire(alarm)), wait);
    alarm.handle.unref();
  }

  function fire(alarm: Alarm): void {
    clearTimeout(alarm.handle);
    if (alarms.delete(alarm)) alarm.run();
  }

  return {
    now,
    advance(ms) {
      if (frozenAt === undefined) offset += ms;
      else frozenAt += ms;
      const due = [...alarms].filter((alarm) => alarm.dueAt <= now()).sort((a, b) => a.dueAt - b.dueAt);
      for (const alarm of due) fire(alarm);
      for (const alarm of alarms) arm(alarm);
    },
    freeze() {
      frozenAt = now();
      for (const alarm of alarms) arm(alarm);
    },
    after(ms, run) {
      const alarm: Alarm = { dueAt: now() + ms, run };
      alarms.add(alarm);
      arm(alarm);
      return () => {
        clearTimeout(alarm.handle);
        alarms.delete(alarm);
      };
    },
    stop() {
      for (const alarm of alarms) clearTimeout(alarm.handle);
      alarms.clear();
    },
  };
}
