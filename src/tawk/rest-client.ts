import { z } from 'zod';
import { agentFor, type RawAnswer, sendRequest } from '../config/outbound.ts';
import type { ProxySettings } from '../config/proxy.ts';

/** The most items Tawk.to is known to accept a page. */
export const pageSize = 50;

export type TawkRestSettings = Readonly<{
  url: string;
  key: string;
  proxy: ProxySettings;
  /** For tests; a page of long chats takes Tawk.to a while. */
  timeoutMs?: number | undefined;
  /** Ends calls in flight. */
  signal?: AbortSignal;
}>;

/** Why a call failed. `refused`: the key is wrong, or Tawk.to has not approved access; `retryAfterMs` only where Tawk.to sends it. */
export type RestFailure = Readonly<{
  kind: 'refused' | 'rate-limited' | 'unreachable' | 'unexpected';
  detail: string;
  retryAfterMs?: number;
}>;

export type RestAnswer<T> = Readonly<{ ok: true; data: T }> | Readonly<{ ok: false; failure: RestFailure }>;

export type Property = Readonly<{ id: string; name: string | undefined }>;
/** `items` as Tawk.to sent them; `total` only where Tawk.to sends it. */
export type Page = Readonly<{ items: readonly unknown[]; total: number | undefined }>;

export type TawkRest = Readonly<{
  listProperties: () => Promise<RestAnswer<readonly Property[]>>;
  /** The newest first, as far as Tawk.to honors the order. */
  listChats: (propertyId: string, offset: number) => Promise<RestAnswer<Page>>;
  listTickets: (propertyId: string, offset: number) => Promise<RestAnswer<Page>>;
}>;

const answerSchema = z.object({
  ok: z.boolean(),
  error: z.string().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
  total: z.number().optional().catch(undefined),
  data: z.array(z.unknown()).optional().catch(undefined),
});
const propertySchema = z.object({ propertyId: z.string().min(1), name: z.string().optional().catch(undefined) });

/**
 * Tawk.to's REST API: `POST <url>/<method>` with a JSON body, the key as the user name of HTTP Basic and no password.
 * `startDate` and `endDate` are never sent: they are reported to return empty lists.
 */
export function createTawkRest(settings: TawkRestSettings): TawkRest {
  const list = async (method: string, propertyId: string, offset: number): Promise<RestAnswer<Page>> => {
    const answer = await call(settings, method, { propertyId, size: pageSize, offset, sort: 'co-new-old' });
    return answer.ok ? { ok: true, data: { items: answer.data.data ?? [], total: answer.data.total } } : answer;
  };
  return {
    listProperties: async () => {
      const answer = await call(settings, 'property.list', {});
      if (!answer.ok) return answer;
      const known = (answer.data.data ?? []).flatMap((item) => propertySchema.safeParse(item).data ?? []);
      return { ok: true, data: known.map(({ propertyId, name }) => ({ id: propertyId, name })) };
    },
    listChats: (propertyId, offset) => list('chat.list', propertyId, offset),
    listTickets: (propertyId, offset) => list('ticket.list', propertyId, offset),
  };
}

async function call(
  { url, key, proxy, timeoutMs = 30_000, signal }: TawkRestSettings,
  method: string,
  content: object,
): Promise<RestAnswer<z.infer<typeof answerSchema>>> {
  const authorization = `Basic ${Buffer.from(`${key}:`).toString('base64')}`;
  const headers = { authorization, accept: 'application/json', 'content-type': 'application/json' };
  const agent = agentFor(url, proxy);
  let answer: RawAnswer;
  try {
    const request = { method: 'POST', headers, agent, timeoutMs, body: JSON.stringify(content), stopping: signal };
    answer = await sendRequest(`${url}/${method}`, request);
  } catch (error) {
    const detail = `${method}: ${error instanceof Error ? error.message : 'no answer'}`;
    return { ok: false, failure: { kind: 'unreachable', detail } };
  } finally {
    agent.destroy();
  }
  const body = answerSchema.safeParse(jsonOf(answer.text)).data;
  if (answer.status === 200 && body?.ok) return { ok: true, data: body };
  return { ok: false, failure: failureOf(method, answer, body) };
}

/** Tawk.to's codes: `auth_error` (401), `forbidden` (403), `rate_limited` (429), `validation_error`; no others are known. */
function failureOf(
  method: string,
  { status, retryAfter }: RawAnswer,
  body: z.infer<typeof answerSchema> | undefined,
): RestFailure {
  const code = body?.error ?? '';
  const words = [code, body?.message].filter(Boolean).join(', ').slice(0, 200);
  const detail = `${method} answered HTTP ${status}${words === '' ? '' : ` (${words})`}`;
  if (status === 429 || code === 'rate_limited') {
    return { kind: 'rate-limited', detail, ...(retryAfter !== undefined && { retryAfterMs: retryAfter * 1000 }) };
  }
  if (status === 401 || status === 403 || code === 'auth_error' || code === 'forbidden')
    return { kind: 'refused', detail };
  return { kind: status >= 500 ? 'unreachable' : 'unexpected', detail };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
