import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { isLoopbackHost } from '../config/loopback.ts';
import { isLocalRequest } from './local-request.ts';

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

test.each<[string, boolean, { address?: string; version?: string; headers?: Record<string, string> }]>([
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
])('%s: %s', (_, isHere, { address = '127.0.0.1', version = '1.1', headers = {} }) => {
  const req = new IncomingMessage(Object.defineProperty(new Socket(), 'remoteAddress', { value: address }));
  Object.assign(req, { httpVersion: version, headers: { host: '127.0.0.1:3000', ...headers } });
  expect(isLocalRequest(req)).toBe(isHere);
});
