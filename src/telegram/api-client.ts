import type { ApiClientOptions } from 'grammy';
import type { ProxySettings } from '../config/proxy.ts';
import { agentFor } from '../config/outbound.ts';

/** How grammY reaches Telegram: through the proxy that is set, if any. */
export function apiClient(
  given: Readonly<{ apiRoot: string; proxy: ProxySettings; timeoutSeconds: number }>,
): ApiClientOptions {
  const { apiRoot, proxy, timeoutSeconds } = given;
  return { apiRoot, timeoutSeconds, baseFetchConfig: { agent: agentFor(apiRoot, proxy) } };
}
