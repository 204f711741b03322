import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { ProxySettings } from '../config/proxy.ts';
import { agentFor, sendRequest, streamRequest } from '../config/outbound.ts';
import { itemsIn } from './reconcile/json-items.ts';
import { type ChatwootAnswer, type ChatwootFailure, classifyAnswer, classifyError } from './chatwoot-error.ts';

export type ChatwootClient = Readonly<{
  /**
   * `path` is below `/api/v1/accounts/<account>`; `body` is sent as JSON, or as the form it is. With a person's own
   * `token`, it is that person's doing.
   */
  call: (method: 'GET' | 'POST' | 'PATCH', path: string, body?: object, token?: string) => Promise<ChatwootAnswer>;
  /** The user whose token this is. */
  profile: (token: string) => Promise<ProfileAnswer>;
  /** A GET that lists conversations, perhaps very many: each as its bytes, one at a time. */
  list: (path: string) => Promise<ListAnswer>;
  /** The user whose token this is; undefined for a bot's, and while that cannot be found out. */
  ownerId: () => Promise<number | undefined>;
  /** Ends the connections that are kept open. */
  close: () => void;
}>;

export type ListAnswer =
  | Readonly<{
      ok: true;
      /** When Chatwoot answered, by its clock. */
      date: Date | undefined;
      /** Reading may throw: `failureOf` says what that means. */
      items: AsyncIterable<Buffer>;
      failureOf: (error: unknown) => ChatwootFailure;
    }>
  | Readonly<{ ok: false; failure: ChatwootFailure }>;

/** The token may be replaced meanwhile. */
export type ChatwootAccess = Readonly<{ baseUrl: string; accountId: number; apiToken: () => string }>;

/** A healthy Chatwoot answers in well under a second; its own limit is 15 s (rack-timeout). */
const usualTimeoutMs = 10_000;
/** Thousands of conversations take Chatwoot a while. */
const listTimeoutMs = 120_000;
/** A file of 20 MB on a slow line. */
const uploadTimeoutMs = 60_000;

const profileSchema = z.object({ id: z.number(), name: z.string(), accounts: z.array(z.object({ id: z.number() })) });

type ProfileAnswer =
  | Readonly<{ ok: true; profile: z.infer<typeof profileSchema> }>
  | Readonly<{ ok: false; failure: ChatwootFailure }>;

/** Calls of Chatwoot's REST interface (application API). Never throws for what Chatwoot or the network does. */
export function createChatwootClient(
  { baseUrl, accountId, apiToken }: ChatwootAccess,
  proxy: ProxySettings,
  timeoutMs = usualTimeoutMs,
): ChatwootClient {
  const agent = agentFor(baseUrl, proxy);
  let owner: Readonly<{ token: string; id: number }> | undefined;

  async function call(
    method: 'GET' | 'POST' | 'PATCH',
    address: string,
    body?: object,
    token = apiToken(),
  ): Promise<ChatwootAnswer> {
    const sent = await encode(body);
    try {
      const answer = await sendRequest(address, {
        method,
        agent,
        timeoutMs: isForm(body) ? uploadTimeoutMs : timeoutMs,
        // With hyphens: proxies drop header names with underscores, and Chatwoot takes either.
        headers: { 'api-access-token': token, ...sent.headers },
        ...(sent.body === undefined ? {} : { body: sent.body }),
      });
      return classifyAnswer(answer);
    } catch (error) {
      return { ok: false, failure: classifyError(error) };
    }
  }

  async function list(path: string): Promise<ListAnswer> {
    try {
      const headers = { 'api-access-token': apiToken() };
      const address = `${baseUrl}/api/v1/accounts/${accountId}${path}`;
      const { status, date, retryAfter, chunks } = await streamRequest(address, {
        headers,
        agent,
        timeoutMs: listTimeoutMs,
      });
      if (status >= 200 && status < 300) return { ok: true, date, items: itemsIn(chunks), failureOf: classifyError };
      const answer = classifyAnswer({ status, retryAfter, text: await text(chunks) });
      if (!answer.ok) return answer;
      throw new Error(`status ${status} is no failure`);
    } catch (error) {
      return { ok: false, failure: classifyError(error) };
    }
  }

  async function profile(token: string): Promise<ProfileAnswer> {
    const answer = await call('GET', `${baseUrl}/api/v1/profile`, undefined, token);
    if (!answer.ok) return answer;
    const parsed = profileSchema.safeParse(answer.body);
    if (parsed.success) return { ok: true, profile: parsed.data };
    return { ok: false, failure: { outcome: 'temporary', reason: 'Chatwoot answered with something unreadable' } };
  }

  return {
    list,
    call: (method, path, body, token) => call(method, `${baseUrl}/api/v1/accounts/${accountId}${path}`, body, token),
    profile,
    ownerId: async () => {
      const token = apiToken();
      if (owner?.token === token) return owner.id;
      const answer = await profile(token);
      owner = answer.ok ? { token, id: answer.profile.id } : undefined;
      return owner?.id;
    },
    close: () => agent.destroy(),
  };
}

/**
 * The same, but before it writes anything it asks whether it still may, and throws where it may not: a process that was
 * suspended and resumes does not know yet that another is the sender, and has written this.
 */
export function writingWhile(confirm: () => Promise<void>, client: ChatwootClient): ChatwootClient {
  return {
    ...client,
    call: async (method, ...rest) => {
      if (method !== 'GET') await confirm();
      return client.call(method, ...rest);
    },
  };
}

async function encode(body: object | undefined): Promise<{ headers: Record<string, string>; body?: string | Buffer }> {
  if (body === undefined) return { headers: {} };
  if (!isForm(body)) {
    return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  }
  const form = new Response(body);
  const type = form.headers.get('content-type') ?? 'multipart/form-data';
  return { headers: { 'content-type': type }, body: Buffer.from(await form.arrayBuffer()) };
}

/** By its name: whoever mentions `FormData` makes Node load all of `fetch`, 14 MB, and only files are sent as forms. */
function isForm(body: object | undefined): body is FormData {
  return body !== undefined && Symbol.toStringTag in body && body[Symbol.toStringTag] === 'FormData';
}
