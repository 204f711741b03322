import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createClientAddress, networkOf } from './client-address.ts';

function request(peer: string, forwardedFor?: string): IncomingMessage {
  const req = new IncomingMessage(Object.defineProperty(new Socket(), 'remoteAddress', { value: peer }));
  if (forwardedFor !== undefined) req.headers['x-forwarded-for'] = forwardedFor;
  return req;
}

describe('whose X-Forwarded-For counts', () => {
  const loopback = ['127.0.0.0/8', '::1'];
  test.each<[string, readonly string[], string, string | undefined, string]>([
    ['nobody in between', loopback, '203.0.113.7', undefined, '203.0.113.7'],
    ['a stranger who makes one up', loopback, '203.0.113.7', '198.51.100.1', '203.0.113.7'],
    ['a proxy on this machine', loopback, '127.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['the same over IPv6', loopback, '::ffff:127.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['a stranger who makes one up, through a proxy', loopback, '127.0.0.1', '127.0.0.1, 198.51.100.1', '198.51.100.1'],
    ['no proxy is trusted', [], '127.0.0.1', '198.51.100.1', '127.0.0.1'],
    ['two proxies', ['10.0.0.0/8'], '10.0.0.2', '198.51.100.1, 10.0.0.3', '198.51.100.1'],
    ['a stranger before two proxies', ['10.0.0.0/8'], '10.0.0.2', '10.9.9.9, 198.51.100.1, 10.0.0.3', '198.51.100.1'],
    ['no address', loopback, '127.0.0.1', 'x'.repeat(5_000), '127.0.0.1'],
    ['an empty one', loopback, '127.0.0.1', '', '127.0.0.1'],
  ])('%s', (_, trusted, peer, forwardedFor, client) => {
    expect(createClientAddress(trusted)(request(peer, forwardedFor))).toBe(client);
  });
});

test.each([
  ['198.51.100.1', '198.51.100.1'],
  ['::ffff:198.51.100.1', '198.51.100.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
  ['2001:0DB8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['', ''],
])('%s is limited as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
