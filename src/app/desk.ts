import type { Config } from '../config/config.ts';
import type { Desk } from '../incidences/plan-write-back.ts';

/** Chatwoot, where its address and token are set, unless CHATWOOT_SYNC is none. */
export function deskOf({ chatwoot: { baseUrl, accountId, apiToken, sync } }: Config): Desk | undefined {
  if (!baseUrl || accountId === undefined || !apiToken || sync.length === 0) return undefined;
  return { account: String(accountId), sync };
}
