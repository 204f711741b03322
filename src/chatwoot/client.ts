import { z } from 'zod';
import type { ProxySettings } from '../config/proxy.ts';
import { agentFor, sendRequest } from '../config/outbound.ts';
import { type ChatwootAnswer, classifyAnswer, classifyError } from './chatwoot-error.ts';

export type ChatwootClient = Readonly<{
  /** `path` is below `/api/v1/accounts/<account>`; `body` is sent as JSON. */
  call: (method: 'GET' | 'POST', path: string, body?: object) => Promise<ChatwootAnswer>;
  /** The user whose token this is; undefined for a bot's, and while that cannot be found out. */
  ownerId: () => Promise<number | undefined>;
  /** Ends the connections that are kept open. */
  close: () => void;
}>;

export type ChatwootAccess = Readonly<{ baseUrl: string; accountId: number; apiToken: string }>;

/** A healthy Chatwoot answers in well under a second; its own limit is 15 s (rack-timeout). */
const timeoutMs = 10_000;

const profileSchema = z.object({ id: z.number() });

/** Calls of Chatwoot's REST interface (application API). Never throws for what Chatwoot or the network does. */
export function createChatwootClient(
  { baseUrl, accountId, apiToken }: ChatwootAccess,
  proxy: ProxySettings,
): ChatwootClient {
  const agent = agentFor(baseUrl, proxy);
  let ownerId: number | undefined;

  async function call(method: 'GET' | 'POST', address: string, body?: object): Promise<ChatwootAnswer> {
    try {
      const answer = await sendRequest(address, {
        method,
        agent,
        timeoutMs,
        // With hyphens: proxies drop header names with underscores, and Chatwoot takes either.
        headers: { 'api-access-token': apiToken, ...(body ? { 'content-type': 'application/json' } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      return classifyAnswer(answer);
    } catch (error) {
      return { ok: false, failure: classifyError(error) };
    }
  }

  return {
    call: (method, path, body) => call(method, `${baseUrl}/api/v1/accounts/${accountId}${path}`, body),
    ownerId: async () => {
      if (ownerId !== undefined) return ownerId;
      const answer = await call('GET', `${baseUrl}/api/v1/profile`);
      ownerId = answer.ok ? profileSchema.safeParse(answer.body).data?.id : undefined;
      return ownerId;
    },
    close: () => agent.destroy(),
  };
}
