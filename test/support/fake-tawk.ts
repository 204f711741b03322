import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call that the widget got, and the code it refused it with. */
export type TawkCall = Readonly<{ method: string; given: unknown; at: number; refused?: string }>;

export type FakeTawk = Readonly<{
  /** TAWK_EMBED_URL. */
  url: string;
  /** Whether the script is served, refused (503) or never answered. */
  serve: (how: 'script' | 'error' | 'nothing') => void;
  stop: () => Promise<void>;
}>;

/**
 * Tawk's embed script as its documentation describes it, on an origin of its own: callbacks are taken once when it
 * loads, keys, values, counts and hashes are checked, and errors come by callback. A page's `fakeTawk` says how it
 * behaves and has the calls it got.
 */
export async function startFakeTawk(): Promise<FakeTawk> {
  let how: 'script' | 'error' | 'nothing' = 'script';
  const server = createServer((_, response) => {
    if (how === 'nothing') return;
    if (how === 'error') return void response.writeHead(503).end();
    response.writeHead(200, { 'content-type': 'text/javascript' }).end(`(${widget.toString()})();`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: (given) => {
      how = given;
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Runs in the page. */
function widget(): void {
  type Done = (error?: unknown) => void;
  const page = globalThis as unknown as Record<string, any>; // oxlint-disable-line typescript/no-explicit-any
  const fake = (page['fakeTawk'] ??= {});
  fake.calls ??= [];
  fake.failures ??= [];
  fake.loads = (fake.loads ?? 0) + 1;
  const api = (page['Tawk_API'] ??= {});
  // Whatever is assigned later is never called.
  const { onLoad, onChatStarted, onChatEnded, visitor, embedded } = api;
  const attributes = new Map<string, string>();
  const tags = new Set<string>(fake.tagsBefore);
  const hasHash = (hash: unknown) => typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash);

  function answer(method: string, given: unknown, done: Done | undefined, problem: string | undefined): void {
    const refused = fake.failures.shift() ?? problem;
    fake.calls.push({ method, given, at: performance.now(), ...(refused && { refused }) });
    if (fake.isSilent) return;
    setTimeout(() => done?.(refused), fake.delayMs ?? 10);
  }
  const invalid = (given: Record<string, unknown>): string | undefined => {
    const others = Object.entries(given).filter(([key]) => !['name', 'email', 'hash', 'userId'].includes(key));
    if (others.some(([key]) => !/^[a-z0-9-]+$/i.test(key))) return 'CONTAINS_INVALID_KEY';
    if (Object.values(given).some((value) => typeof value !== 'string' || value === '' || value.length > 255))
      return 'CONTAINS_INVALID_VALUE';
    if (new Set([...attributes.keys(), ...others.map(([key]) => key)]).size > 50) return 'ATTRIBUTE_LIMIT_EXCEEDED';
    return undefined;
  };

  fake.visitor = visitor;
  fake.attributes = attributes;
  fake.tags = tags;
  api.setAttributes = (given: Record<string, string>, done?: Done) => {
    const isIdentity = 'name' in given || 'email' in given;
    const problem = invalid(given) ?? (isIdentity && !hasHash(given['hash']) ? 'UNAUTHORIZED_API_CALL' : undefined);
    if (!problem) for (const [key, value] of Object.entries(given)) attributes.set(key.toLowerCase(), value);
    answer('setAttributes', given, done, problem);
  };
  api.addTags = (given: string[], done?: Done) => {
    const problem = given.some((tag) => typeof tag !== 'string' || tag === '')
      ? 'INVALID_TAGS'
      : new Set([...tags, ...given]).size > 10
        ? 'TAG_LIMIT_EXCEEDED'
        : undefined;
    if (!problem) for (const tag of given) tags.add(tag);
    answer('addTags', given, done, problem);
  };
  api.removeTags = (given: string[], done?: Done) => {
    for (const tag of given) tags.delete(tag);
    answer('removeTags', given, done, undefined);
  };
  api.login = (given: Record<string, string>, done?: Done) =>
    answer('login', given, done, given['userId'] && hasHash(given['hash']) ? undefined : 'UNAUTHORIZED');
  api.isChatOngoing = () => fake.isOngoing === true;
  for (const method of ['showWidget', 'hideWidget', 'maximize', 'minimize'])
    api[method] = () => fake.calls.push({ method, given: undefined, at: performance.now() });

  const tell = (name: string, callback: ((detail?: unknown) => void) | undefined, detail?: unknown) => {
    callback?.(detail);
    if (!fake.hasNoEvents) page['dispatchEvent'](new CustomEvent(name, { detail }));
  };
  fake.startChat = (detail: unknown) => tell('tawkChatStarted', onChatStarted, detail);
  fake.endChat = () => tell('tawkChatEnded', onChatEnded);
  const { document } = page;
  const holder = embedded ? document.getElementById(embedded) : undefined;
  if (holder) {
    holder.innerHTML =
      '<div style="height:100%;display:flex;flex-direction:column;font-family:sans-serif"><div style="background:#03a84e;color:#fff;padding:16px">Bluebell Catering</div><div style="flex:1;padding:16px">Hi! How can we help?</div><div style="border-top:1px solid #8884;padding:16px">Write a message…</div></div>';
  }
  api.onLoaded = true;
  tell('tawkLoad', onLoad);
}
