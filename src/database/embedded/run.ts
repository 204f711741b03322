import { type ChildProcess, spawn } from 'node:child_process';

/** The operating system's user a program runs as. */
export type Account = { name: string; uid: number; gid: number };

export type RunResult = {
  /** Exit code; undefined when the program was not started, killed or out of time. */
  code: number | undefined;
  /** stdout and stderr, as they came. */
  output: string;
  /** Why it was not started, as the system says it: `ENOENT`, `EACCES`, … */
  refused?: string;
};

type RunOptions = { as: Account | undefined; cwd: string; timeoutMs: number };

/** Runs a program to its end, never throws. Node drops root's supplementary groups itself when `as` names an account. */
export function run(command: string, args: string[], options: RunOptions): Promise<RunResult> {
  return new Promise((resolve) => {
    const identity = options.as ? { uid: options.as.uid, gid: options.as.gid } : {};
    let child: ChildProcess;
    try {
      child = spawn(command, args, {
        ...identity,
        cwd: options.cwd,
        env: cleanEnvironment(options.cwd),
        stdio: ['ignore', 'pipe', 'pipe'],
        windowsHide: true,
      });
    } catch (error) {
      resolve({ code: undefined, output: String(error), refused: errorCode(error) });
      return;
    }

    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
    };
    // Not spawn's own timeout: its timer goes on when the program could not be started, and keeps this process up.
    const limit = setTimeout(() => {
      output += `\n${command} did not end within ${options.timeoutMs / 1000} seconds.`;
      child.kill('SIGKILL');
    }, options.timeoutMs);
    const finish = (result: RunResult) => {
      clearTimeout(limit);
      resolve(result);
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.on('error', (error) => finish({ code: undefined, output: error.message, refused: errorCode(error) }));
    child.on('close', (code) => finish({ code: code ?? undefined, output }));
    // On Windows the server inherits pg_ctl's pipes and would keep them open: the end of pg_ctl is enough.
    if (process.platform === 'win32') child.on('exit', (code) => finish({ code: code ?? undefined, output }));
  });
}

/**
 * The server outlives this process and may run as another user: it must not carry our tokens in its environment,
 * nor obey a PGPORT, PGDATA or LC_ALL that was meant for other programs. English messages, because we read them.
 */
function cleanEnvironment(home: string): Record<string, string> {
  const environment: Record<string, string> = { HOME: home, LC_ALL: 'C' };
  for (const name of ['PATH', 'SystemRoot', 'TEMP', 'TMP']) {
    const value = process.env[name];
    if (value !== undefined && (name === 'PATH' || process.platform === 'win32')) environment[name] = value;
  }
  return environment;
}

function errorCode(error: unknown): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : 'UNKNOWN';
}
