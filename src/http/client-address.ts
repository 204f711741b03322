import type { IncomingMessage } from 'node:http';
import { isIP, isIPv6 } from 'node:net';
import proxyAddr from 'proxy-addr';

/** Who sent a request, as far as limits by address are concerned. */
export type ClientAddress = (req: IncomingMessage) => string;

/**
 * The address of the client, as far as these proxies (addresses and CIDR ranges) vouch for it. Undefined where
 * X-Forwarded-For proves nothing: anyone can send that header.
 */
export function createFindClient(trustedProxies: readonly string[]): (req: IncomingMessage) => string | undefined {
  const isTrusted = proxyAddr.compile([...trustedProxies]);
  return (req) => {
    const peer = req.socket.remoteAddress ?? '';
    const forwardedFor = req.headers['x-forwarded-for'];
    if (forwardedFor === undefined) return peer;
    if (forwardedFor === '' || !isTrusted(peer, 0)) return undefined;
    const client = proxyAddr(req, isTrusted);
    return isIP(client) === 0 ? undefined : client;
  };
}

/** For limits: where X-Forwarded-For proves nothing, whoever opened the connection counts. */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const findClient = createFindClient(trustedProxies);
  return (req) => networkOf(findClient(req) ?? req.socket.remoteAddress ?? '');
}

/** One customer has a whole /64 of IPv6, so that counts as one address. */
export function networkOf(address: string): string {
  // Most are of IPv4, and the full check costs more than the rest.
  if (!address.includes(':')) return address;
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [start = '', end = ''] = (address.split('%')[0] ?? '').split('::');
  const head = start.split(':').filter(Boolean);
  const tail = end.split(':').filter(Boolean);
  const groups = address.includes('::') ? [...head, ...Array(8 - head.length - tail.length).fill('0'), ...tail] : head;
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
