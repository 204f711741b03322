import { expect, test } from 'vitest';
import { proxyFor, proxySettings, unusableProxies } from './proxy.ts';

const TELEGRAM = 'https://api.telegram.org';

test.each<[Record<string, string>, string, string | undefined]>([
  [{}, TELEGRAM, undefined],
  [{ HTTPS_PROXY: 'http://p:3128' }, TELEGRAM, 'HTTPS_PROXY'],
  [{ HTTPS_PROXY: 'p:3128' }, TELEGRAM, 'HTTPS_PROXY'],
  [{ HTTPS_PROXY: 'http://p:3128', https_proxy: 'http://q:3128' }, TELEGRAM, 'https_proxy'],
  [{ HTTP_PROXY: 'http://p:3128' }, TELEGRAM, undefined],
  [{ HTTP_PROXY: 'http://p:3128' }, 'http://bot-api:8081', 'HTTP_PROXY'],
  [{ ALL_PROXY: 'http://p:3128' }, TELEGRAM, 'ALL_PROXY'],
  [{ ALL_PROXY: 'http://p:3128', HTTPS_PROXY: 'http://q:3128' }, TELEGRAM, 'HTTPS_PROXY'],
  [{ HTTPS_PROXY: 'socks5://p:1080', ALL_PROXY: 'http://q:3128' }, TELEGRAM, 'ALL_PROXY'],
])('%o: the way to %s is %s', (given, address, variable) => {
  expect(proxyFor(address, proxySettings(given))?.variable).toBe(variable);
});

test.each<[string, string, boolean]>([
  ['', TELEGRAM, false],
  ['*', TELEGRAM, true],
  ['api.telegram.org', TELEGRAM, true],
  ['API.Telegram.org', TELEGRAM, true],
  ['telegram.org', TELEGRAM, true],
  ['.telegram.org', TELEGRAM, true],
  ['*.telegram.org', TELEGRAM, true],
  ['gram.org', TELEGRAM, false],
  ['example.com, telegram.org', TELEGRAM, true],
  ['example.com telegram.org', TELEGRAM, true],
  ['telegram.org:443', TELEGRAM, true],
  ['telegram.org:8443', TELEGRAM, false],
  ['10.0.0.0/8', 'https://10.1.2.3', true],
  ['10.0.0.0/8', 'https://11.1.2.3', false],
  ['10.0.0.0/99', 'https://10.1.2.3', false],
  ['fd00::/8', 'https://[fd12::1]', true],
  ['10.1.2.3', 'https://10.1.2.3:8443', true],
  ['', 'https://localhost:8081', true],
  ['', 'https://127.0.0.1:8081', true],
  ['', 'https://[::1]:8081', true],
])('NO_PROXY=%s: %s is reached directly: %s', (exceptions, address, isDirect) => {
  const settings = proxySettings({ ALL_PROXY: 'http://p:3128', NO_PROXY: exceptions });
  expect(proxyFor(address, settings) === undefined).toBe(isDirect);
});

test('a proxy of another kind is named', () => {
  expect(unusableProxies({ ALL_PROXY: 'socks5://p:1080', https_proxy: 'http://p', HTTP_PROXY: 'p:3128' })).toEqual([
    'ALL_PROXY',
  ]);
});
