import { type ChildProcess, fork } from 'node:child_process';
import { atEnd } from './cleanup.ts';

/** What a process offers to the one that started it. Arguments and results travel as structured clones. */
export type Handlers = Readonly<Record<string, (...given: never[]) => unknown>>;

export type Remote<H extends Handlers> = Readonly<{
  call: <Name extends keyof H & string>(
    name: Name,
    ...given: Parameters<H[Name]>
  ) => Promise<Awaited<ReturnType<H[Name]>>>;
  pid: number;
  stop: () => Promise<void>;
}>;

type Question = { id: number; name: string; given: unknown[] };
type Answer = { id: number; result?: unknown; error?: string };

/** Starts one of `bench/processes`. What it prints comes beside ours. */
export function startRemote<H extends Handlers>(file: URL): Remote<H> {
  const child = fork(file, { env: { PATH: process.env['PATH'] }, execArgv: [], serialization: 'advanced' });
  atEnd(() => ended(child, 'SIGTERM'));
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let lastId = 0;
  child.on('message', ({ id, result, error }: Answer) => {
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) asked?.resolve(result);
    else asked?.reject(new Error(error));
  });
  child.on('exit', (code, signal) => {
    for (const { reject } of waiting.values()) reject(new Error(`${file.pathname} ended (${code ?? signal})`));
    waiting.clear();
  });
  return {
    pid: child.pid ?? 0,
    call: (name, ...given) => {
      const asked = Promise.withResolvers<unknown>();
      const id = ++lastId;
      waiting.set(id, asked);
      child.send({ id, name, given } satisfies Question, (error) => error && asked.reject(error));
      return asked.promise as never;
    },
    stop: () => ended(child, 'SIGTERM'),
  };
}

/** Answers the calls of the process that started this one; ends with it. */
export function serve(handlers: Handlers): void {
  process.on('message', async ({ id, name, given }: Question) => {
    try {
      process.send?.({ id, result: await handlers[name]?.(...(given as never[])) } satisfies Answer);
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
  process.on('disconnect', () => process.exit());
  process.on('SIGTERM', () => process.exit());
}

/** Sends the signal and resolves when the process is gone. */
export function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}

/** Milliseconds since 1970 with fractions, comparable between the processes of one machine. */
export function preciseNow(): number {
  return performance.timeOrigin + performance.now();
}
