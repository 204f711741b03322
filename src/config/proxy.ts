import { BlockList, isIP } from 'node:net';

/** An HTTP proxy, and the variable that names it. The address may hold a password. */
export type Proxy = Readonly<{ url: string; variable: string }>;

export type ProxySettings = Readonly<{
  forHttp: Proxy | undefined;
  forHttps: Proxy | undefined;
  /** Hosts that are reached directly, as in `NO_PROXY`. */
  exceptions: readonly string[];
}>;

type Given = Readonly<Record<string, string>>;

/** As curl reads them; the variables in small letters win. */
export function proxySettings(given: Given): ProxySettings {
  return {
    forHttp: firstProxy(given, 'HTTP_PROXY', 'ALL_PROXY'),
    forHttps: firstProxy(given, 'HTTPS_PROXY', 'ALL_PROXY'),
    exceptions: (given['no_proxy'] ?? given['NO_PROXY'] ?? '').split(/[\s,]+/).filter(Boolean),
  };
}

/** Variables that name a proxy of another kind, such as SOCKS, which cannot be used. */
export function unusableProxies(given: Given): string[] {
  return ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY']
    .flatMap((name) => [name.toLowerCase(), name])
    .filter((name) => given[name] !== undefined && !addressOf(given[name]));
}

/** The proxy on the way to an address; undefined when it is reached directly. This machine always is. */
export function proxyFor(address: string, settings: ProxySettings): Proxy | undefined {
  const url = new URL(address);
  const proxy = url.protocol === 'https:' ? settings.forHttps : settings.forHttp;
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const isDirect = ['localhost', '127.0.0.0/8', '::1', ...settings.exceptions].some((entry) =>
    matches(entry.toLowerCase(), host, port),
  );
  return isDirect ? undefined : proxy;
}

function firstProxy(given: Given, ...names: string[]): Proxy | undefined {
  for (const variable of names.flatMap((name) => [name.toLowerCase(), name])) {
    const url = addressOf(given[variable]);
    if (url !== undefined) return { url, variable };
  }
  return undefined;
}

/** `proxy.example.com:3128` is an http proxy too. */
function addressOf(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const address = value.includes('://') ? value : `http://${value}`;
  return /^https?:\/\//i.test(address) && URL.canParse(address) ? address : undefined;
}

/** `*`, an address, a range of addresses, or a domain with everything below it; each with a port or without. */
function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  const range = /^\[?([\da-f.:]+?)\]?(?:\/(\d+))?$/.exec(entry);
  if (range?.[1] !== undefined && isIP(range[1]) !== 0) return isWithin(host, range[1], range[2]);
  const [, domain = '', onlyPort = port] = /^(?:\*?\.)?([^:]*)(?::(\d+))?$/.exec(entry) ?? [];
  return domain !== '' && onlyPort === port && (host === domain || host.endsWith(`.${domain}`));
}

function isWithin(host: string, address: string, bits: string | undefined): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  const longest = family === 'ipv6' ? 128 : 32;
  const prefix = bits === undefined ? longest : Number(bits);
  if (isIP(host) === 0 || prefix > longest) return false;
  const list = new BlockList();
  list.addSubnet(address, prefix, family);
  return list.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4');
}
