import { z } from 'zod';
import { getText } from '../config/outbound.ts';
import type { ProxySettings } from '../config/proxy.ts';

const health = z.object({ service: z.literal('bellhop') });
const timeoutMs = 5_000;

/** Whether Bellhop answers at this address of this machine. */
export async function isBellhop(address: string, proxy: ProxySettings): Promise<boolean> {
  return (await askForHealth(address, proxy).catch(() => undefined)) === 'bellhop';
}

/** The HTTP status where something else answers. Rejects where nothing does. */
export async function askForHealth(address: string, proxy: ProxySettings): Promise<'bellhop' | number> {
  const { status, text } = await getText(`${address}/health`, { headers: {}, proxy, timeoutMs });
  return health.safeParse(parsed(text)).success ? 'bellhop' : status;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
