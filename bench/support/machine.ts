import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { atEnd } from './cleanup.ts';

/** A machine of its own as far as the network goes: a network namespace with one cable to this one. */
export type Machine = Readonly<{
  /** Its address, and ours as it sees us. */
  address: string;
  hostAddress: string;
  /** What a command is put behind to run there. */
  within: readonly string[];
  /** From now on everything between it and us vanishes on the way, in both directions; neither end notices. */
  cut: () => Promise<void>;
  reconnect: () => Promise<void>;
}>;

const namespace = 'bellhop-bench';
const [ourEnd, theirEnd] = ['bellhop-bench0', 'bellhop-bench1'];
/** From the range that is reserved for benchmarks (RFC 2544), so it is nobody's. */
const [hostAddress, address] = ['198.18.213.1', '198.18.213.2'];
/** Frames to this address reach nobody. */
const nobody = '02:00:00:00:00:01';

/** Undefined where it takes more rights, or tools, than we have. */
export async function startMachine(): Promise<Machine | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const canDo = await ip('-V').then(
    () => true,
    () => false,
  );
  if (!canDo) return undefined;
  // Of a bench that was killed.
  await remove();
  atEnd(remove);
  try {
    await ip('netns', 'add', namespace);
    await ip('link', 'add', ourEnd, 'type', 'veth', 'peer', 'name', theirEnd, 'netns', namespace);
    await ip('address', 'add', `${hostAddress}/30`, 'dev', ourEnd);
    await ip('link', 'set', ourEnd, 'up');
    await there('address', 'add', `${address}/30`, 'dev', theirEnd);
    await there('link', 'set', theirEnd, 'up');
    await there('link', 'set', 'lo', 'up');
  } catch {
    // Root, but not of the network, as in most containers.
    return undefined;
  }
  return { address, hostAddress, within: ['ip', 'netns', 'exec', namespace], cut, reconnect };
}

/** Not `link down`: both kernels would know of it, and other routes would be tried. */
async function cut(): Promise<void> {
  await Promise.all([
    ip('neighbour', 'replace', address, 'lladdr', nobody, 'dev', ourEnd, 'nud', 'permanent'),
    there('neighbour', 'replace', hostAddress, 'lladdr', nobody, 'dev', theirEnd, 'nud', 'permanent'),
  ]);
}

async function reconnect(): Promise<void> {
  await Promise.all([
    ip('neighbour', 'delete', address, 'dev', ourEnd),
    there('neighbour', 'delete', hostAddress, 'dev', theirEnd),
  ]);
}

async function remove(): Promise<void> {
  await ip('link', 'delete', ourEnd).catch(() => undefined);
  await ip('netns', 'delete', namespace).catch(() => undefined);
}

function ip(...given: string[]) {
  return promisify(execFile)('ip', given);
}

function there(...given: string[]) {
  return ip('-netns', namespace, ...given);
}
