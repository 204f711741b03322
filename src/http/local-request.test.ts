import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { isLoopbackHost } from '../config/loopback.ts';
import { createIsLocalRequest } from './local-request.ts';

test.each([
  ['localhost', true],
  ['LOCALHOST:3000', true],
  ['127.0.0.1:3000', true],
  ['127.8.9.10', true],
  ['[::1]:3000', true],
  ['bellhop.example:3000', false],
  ['localhost.evil.example', false],
  ['127.0.0.1.evil.example', false],
  ['10.0.0.5:3000', false],
  ['', false],
  [undefined, false],
])('host %s: %s', (host, isLoopback) => {
  expect(isLoopbackHost(host)).toBe(isLoopback);
});

type Request = { address?: string; version?: string; headers?: Record<string, string> };

function request({ address = '127.0.0.1', version = '1.1', headers = {} }: Request): IncomingMessage {
  const req = new IncomingMessage(Object.defineProperty(new Socket(), 'remoteAddress', { value: address }));
  return Object.assign(req, { httpVersion: version, headers: { host: '127.0.0.1:3000', ...headers } });
}

const loopback = ['127.0.0.0/8', '::1'];

test.each<[string, boolean, Request]>([
  ['this machine', true, {}],
  ['this machine by IPv6', true, { address: '::1', headers: { host: '[::1]:3000' } }],
  ['another machine', false, { address: '192.0.2.4' }],
  ['a foreign name that leads here', false, { headers: { host: 'bellhop.example.com' } }],
  ['X-Forwarded-For', false, { headers: { 'x-forwarded-for': '203.0.113.7' } }],
  ['X-Forwarded-Proto alone', false, { headers: { 'x-forwarded-proto': 'https' } }],
  ['Forwarded', false, { headers: { forwarded: 'for=203.0.113.7' } }],
  ['X-Real-IP', false, { headers: { 'x-real-ip': '203.0.113.7' } }],
  ['Via', false, { headers: { via: '1.1 caddy' } }],
  ['nginx with nothing set', false, { version: '1.0' }],
  [
    'X-Forwarded-For of this machine',
    true,
    { headers: { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' } },
  ],
  ['X-Forwarded-For of this machine by IPv6', true, { address: '::1', headers: { 'x-forwarded-for': '::1' } }],
  [
    'a spoofed X-Forwarded-For that the proxy extends',
    false,
    { headers: { 'x-forwarded-for': '127.0.0.1, 203.0.113.7' } },
  ],
  [
    'a spoofed X-Forwarded-For beside X-Real-IP',
    false,
    { headers: { 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '203.0.113.7' } },
  ],
  ['an X-Forwarded-For that is no address', false, { headers: { 'x-forwarded-for': 'unknown' } }],
  ['an empty X-Forwarded-For', false, { headers: { 'x-forwarded-for': '' } }],
  [
    'a spoofed X-Forwarded-For from another machine',
    false,
    { address: '192.0.2.4', headers: { 'x-forwarded-for': '127.0.0.1' } },
  ],
])('%s: %s', (_, isHere, given) => {
  expect(createIsLocalRequest(loopback)(request(given))).toBe(isHere);
});

test('where no proxy is trusted, X-Forwarded-For makes no request local, whatever it holds', () => {
  const isLocal = createIsLocalRequest([]);
  expect(isLocal(request({}))).toBe(true);
  expect(isLocal(request({ headers: { 'x-forwarded-for': '127.0.0.1' } }))).toBe(false);
});

test('a trusted proxy on another machine vouches for nobody on this one', () => {
  const given = { address: '10.0.0.2', headers: { 'x-forwarded-for': '127.0.0.1' } };
  expect(createIsLocalRequest(['10.0.0.0/8', ...loopback])(request(given))).toBe(false);
});
