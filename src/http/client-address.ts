import type { IncomingMessage } from 'node:http';
import { isIP, isIPv6 } from 'node:net';
import proxyAddr from 'proxy-addr';

/** Who sent a request, as far as limits by address are concerned. */
export type ClientAddress = (req: IncomingMessage) => string;

/** Only what these proxies (addresses and CIDR ranges) say in X-Forwarded-For counts; anyone can send that header. */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const isTrusted = proxyAddr.compile([...trustedProxies]);
  return (req) => {
    const peer = req.socket.remoteAddress ?? '';
    if (req.headers['x-forwarded-for'] === undefined) return networkOf(peer);
    const told = proxyAddr(req, isTrusted);
    return networkOf(isIP(told) === 0 ? peer : told);
  };
}

/** One customer has a whole /64 of IPv6, so that counts as one address. */
export function networkOf(address: string): string {
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
