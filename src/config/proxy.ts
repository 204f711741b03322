import { BlockList, isIP } from 'node:net';

/** An HTTP proxy and the variable that sets it. The URL may contain a password. */
export type Proxy = Readonly<{ url: string; variable: string }>;

export type ProxySettings = Readonly<{
  forHttp: Proxy | undefined;
  forHttps: Proxy | undefined;
  /** Hosts that are reached directly, as in `NO_PROXY`. */
  exceptions: readonly string[];
}>;

type Given = Readonly<Record<string, string>>;

/** As curl reads them: lower-case variables take precedence. */
export function proxySettings(given: Given): ProxySettings {
  return {
    forHttp: firstProxy(given, 'HTTP_PROXY', 'ALL_PROXY'),
    forHttps: firstProxy(given, 'HTTPS_PROXY', 'ALL_PROXY'),
    exceptions: (given['no_proxy'] ?? given['NO_PROXY'] ?? '').split(/[\s,]+/).filter(Boolean),
  };
}

/** Variables with unsupported proxies, such as SOCKS. */
export function unusableProxies(given: Given): string[] {
  return ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY']
    .flatMap((name) => [name.toLowerCase(), name])
    .filter((name) => given[name] !== undefined && !addressOf(given[name]));
}

/** The proxy for an address; undefined if it is reached directly, as this machine always is. */
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

/** `proxy.example.com:3128` is an HTTP proxy too. */
function addressOf(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const address = value.includes('://') ? value : `http://${value}`;
  return /^https?:\/\//i.test(address) && URL.canParse(address) ? address : undefined;
}

/** `*`, an IP address, a CIDR range, or a domain with its subdomains; each with or without a port. */
function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  const range = /^\[?([\da-f.:]+?)\]?(?:\/(\d+))?$/.exec(entry);
  if (range?.[1] !== undefined && isIP(range[1]) !== 0) return isWithin(host, range[1], range[2]);
  const [, domain = '', onlyPort = port] = /^(?:\*?\.)?([^:]*)(?::(\d+))?$/.exec(entry) ?? [];
  return domain !== '' && onlyPort === port && (host === domain || host.endsWith(`.${domain}`));
}

function isWithin(host: string, address: string, bits: string | undefined): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  const maxBits = family === 'ipv6' ? 128 : 32;
  const prefix = bits === undefined ? maxBits : Number(bits);
  if (isIP(host) === 0 || prefix > maxBits) return false;
  const list = new BlockList();
  list.addSubnet(address, prefix, family);
  return list.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4');
}
