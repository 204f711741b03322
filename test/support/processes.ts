import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { patienceMs } from './patience.ts';
import { frontDoorOf, productEnv } from './product.ts';
import type { World } from './world.ts';

export type Exit = Readonly<{ code: number | null; signal: NodeJS.Signals | null }>;

export type BellhopProcess = Readonly<{
  /** Empty without the http role. */
  baseUrl: string;
  /** Everything on stdout and stderr so far. */
  output: () => string;
  /** Resolves when the output holds `text` that often. */
  said: (text: string, times?: number) => Promise<void>;
  signal: (signal: NodeJS.Signals) => void;
  pid: number | undefined;
  exited: Promise<Exit>;
}>;

export type ProcessOptions = Readonly<{
  databaseUrl?: string;
  /** Undefined: not set. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Another file than the program of the tests, such as that of an installed package. */
  program?: string;
  /** One of the commands, such as `migrate`. */
  args?: readonly string[];
  /** Where it runs. Without: away from any `.env` of the working copy. */
  directory?: string;
  /** The user it runs as. */
  uid?: number;
  gid?: number;
}>;

const program = join(import.meta.dirname, 'unpaced-program.ts');
const compileCache = join(import.meta.dirname, '../../node_modules/.cache/bellhop');

type Around = Pick<World, 'sandbox' | 'databaseUrl' | 'atEnd'>;

/** The real program in a process of its own; resolves when it is ready, ends with the test. */
export async function startProcess(world: Around, options: ProcessOptions = {}): Promise<BellhopProcess> {
  const { child, output, exited } = launch(world, options);
  const ready = /^(?:listening on (http\S+)|ready)$/m;
  await output.until((text) => ready.test(text), 'that it is ready');
  const baseUrl = ready.exec(output.text())?.[1] ?? '';
  if (baseUrl !== '') frontDoorOf(world.sandbox)?.add(baseUrl);
  return {
    baseUrl,
    output: output.text,
    said: (text, times = 1) => output.until((all) => all.split(text).length > times, text),
    signal: (signal) => child.kill(signal),
    pid: child.pid,
    exited,
  };
}

/** The same without waiting for anything. */
export function launch(world: Around, options: ProcessOptions) {
  const child = spawn(process.execPath, [options.program ?? program, ...(options.args ?? [])], {
    cwd: options.directory ?? tmpdir(),
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
    env: {
      ...productEnv(world.sandbox, options.databaseUrl ?? world.databaseUrl),
      LOG_LEVEL: 'info',
      NODE_COMPILE_CACHE: compileCache,
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<Exit>((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
  world.atEnd(async () => {
    child.kill('SIGKILL');
    await exited;
  });

  return { child, output: listenTo(child), exited };
}

function listenTo(child: ChildProcess) {
  let text = '';
  const listeners = new Set<() => void>();
  const hear = (chunk: string) => {
    text += chunk;
    for (const listener of listeners) listener();
  };
  child.stdout?.setEncoding('utf8').on('data', hear);
  child.stderr?.setEncoding('utf8').on('data', hear);
  child.once('close', () => hear(''));

  return {
    text: () => text,
    /** Rejects when the process ends first or nothing comes. */
    until: (isSaid: (text: string) => boolean, what: string) =>
      new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => end(() => reject(inVain('in time'))), patienceMs);
        const inVain = (when: string) => new Error(`not said ${when}: ${what}\n${text.slice(-4_000)}`);
        const end = (finish: () => void) => {
          clearTimeout(timer);
          listeners.delete(look);
          finish();
        };
        const look = () => {
          if (isSaid(text)) end(resolve);
          else if (child.exitCode !== null || child.signalCode !== null) end(() => reject(inVain('before the end')));
        };
        listeners.add(look);
        look();
      }),
  };
}
