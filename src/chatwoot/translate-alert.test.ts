import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTranslateAlert } from './translate-alert.ts';

const seed = readFileSync(new URL('../../test/fixtures/chatwoot/seed_custom_alert_high.json', import.meta.url), 'utf8');
const alert = { severity: 'high', reason: 'X', conversation_id: 5, message: 'm' };

function read(body: unknown, place = {}) {
  const rawBody = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return createTranslateAlert(place)({ event: 'alert', rawBody, receivedAt: new Date(0) });
}

function eventOf(body: unknown, place = {}) {
  const translation = read(body, place);
  if (translation.kind !== 'event') throw new Error(`${translation.kind}: ${translation.reason}`);
  return translation.event;
}

it('reads the documented alert', () => {
  expect(eventOf(seed)).toEqual({
    subject: { source: 'alert', kind: 'conversation', account: '1', externalId: '12345' },
    change: { kind: 'alerted', severity: 'high', reason: 'NEGATIVE_SENTIMENT' },
    details: {
      customerName: 'John Doe',
      customerEmail: 'john@example.com',
      message: 'THIS IS RIDICULOUS!!! WHERE IS MY PAYMENT???',
      url: 'https://app.chatwoot.com/app/accounts/1/conversations/12345',
      stage: 'POST_ORDER',
      additionalInfo: { user_id: 'user_123', order_id: 'order_456' },
    },
    at: new Date('2025-01-19T18:30:00Z'),
    version: undefined,
    contentKey: undefined,
  });
});

it('reads the smallest alert', () => {
  expect(eventOf({ ...alert, severity: 'LOW', conversation_id: ' 5 ', message: '' })).toMatchObject({
    subject: { account: '', externalId: '5' },
    change: { severity: 'low' },
    details: {},
    at: undefined,
  });
});

describe('the account and the link', () => {
  it.each([
    [{}, {}, '', undefined],
    [{}, { accountId: '3' }, '3', undefined],
    [{}, { accountId: '3', baseUrl: 'https://d.example' }, '3', 'https://d.example/app/accounts/3/conversations/5'],
    [
      { chatwoot_url: 'https://c.example/app/accounts/9/conversations/5' },
      { accountId: '3' },
      '9',
      'https://c.example/app/accounts/9/conversations/5',
    ],
    [{ chatwoot_url: 'javascript:alert(1)\u0000' }, {}, '', 'javascript:alert(1)'],
  ])('%j, settings %j', (changed, place, account, url) => {
    const event = eventOf({ ...alert, ...changed }, place);
    expect([event.subject.account, event.details.url]).toEqual([account, url]);
  });
});

describe('what else the sender tells', () => {
  it('is listed as sent, and read where it is known', () => {
    const additional_info = {
      'order-id': 8841,
      app_screen: 'CHECKOUT',
      cart_value: '₹25,000',
      nested: { a: [1, null] },
      no: null,
    };
    const { details } = eventOf({ ...alert, additional_info, event_type: 'WEDDING', friction_score: '0.82' });
    expect(details).toEqual({
      message: 'm',
      stage: 'POST_ORDER',
      appScreen: 'CHECKOUT',
      cartValue: 25000,
      eventType: 'WEDDING',
      frictionScore: 0.82,
      additionalInfo: {
        'order-id': '8841',
        app_screen: 'CHECKOUT',
        cart_value: '₹25,000',
        nested: '{"a":[1,null]}',
        event_type: 'WEDDING',
        friction_score: '0.82',
      },
    });
  });

  it('says no stage without an order', () => {
    expect(eventOf({ ...alert, additional_info: { user_id: 'u' } }).details.stage).toBeUndefined();
    expect(eventOf({ ...alert, order_id: 'o' }).details.stage).toBe('POST_ORDER');
  });

  it('is safe with hostile keys, and at most 20', () => {
    const pollution = '{"__proto__":{"x":1},"constructor":"c","toString":"t"}';
    const { details } = eventOf(
      `${JSON.stringify(alert).slice(0, -1)},"additional_info":${pollution},"__proto__":"y"}`,
    );
    expect(Object.entries(details.additionalInfo ?? {})).toEqual([
      ['constructor', 'c'],
      ['toString', 't'],
    ]);
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, i]));
    expect(
      Object.keys(eventOf({ ...alert, additional_info: many, more: 1 }).details.additionalInfo ?? {}),
    ).toHaveLength(20);
  });
});

it('cleans what PostgreSQL and readers must not get', () => {
  const body = {
    ...alert,
    message: 'a\u0000b\uD83D',
    reason: 'R\u0000\n2',
    customer_name: '\u202Eana',
    additional_info: { 'k\u0000': '\u0000v' },
  };
  expect(eventOf(body)).toMatchObject({
    change: { reason: 'R 2' },
    details: { message: 'ab\uFFFD', customerName: 'ana', additionalInfo: { k: 'v' } },
  });
});

it('never throws', () => {
  expect(read('nope')).toEqual({ kind: 'drift', reason: 'not JSON' });
  expect(read({})).toEqual({ kind: 'drift', reason: 'not an alert' });
  fc.assert(fc.property(fc.string(), (body) => void read(body)));
  fc.assert(fc.property(fc.jsonValue(), (body) => void read(body)));
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (value, info) => {
      expect(read({ ...alert, additional_info: info, timestamp: value, customer_name: value, extra: value }).kind).toBe(
        'event',
      );
    }),
  );
});
