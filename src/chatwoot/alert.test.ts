import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Arrival } from '../sources/endpoint.ts';
import { Refusal } from '../sources/refusal.ts';
import { admitAlert } from './alert.ts';
import type { ChatwootSettings } from './webhook.ts';

const settings: ChatwootSettings = { secrets: [], alertKey: 'alert-key', allowUnsigned: false };
const alert = { severity: 'high', reason: 'PAYMENT_ISSUE', conversation_id: 12345, message: 'Where is my money?' };

function arrival(body: unknown, headers: Record<string, string> = { authorization: 'Bearer alert-key' }): Arrival {
  const rawBody = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return { rawBody, header: (name) => headers[name], params: {}, now: new Date(0) };
}

function refusal(given: Arrival, changed: Partial<ChatwootSettings> = {}): Refusal | undefined {
  try {
    admitAlert(given, { ...settings, ...changed });
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

it('lets an alert in', () => {
  expect(admitAlert(arrival(alert), settings)).toEqual({
    admission: { source: 'alert', event: 'alert', deliveryId: undefined, headers: {} },
    conversationId: 12345,
  });
});

describe('the key', () => {
  it.each<[string, Record<string, string>, Partial<ChatwootSettings>, string | undefined]>([
    ['as bearer', { authorization: 'bearer   alert-key ' }, {}, undefined],
    ['as X-Api-Key', { 'x-api-key': 'alert-key' }, {}, undefined],
    ['missing', {}, {}, 'unauthorized'],
    ['missing, allowed', {}, { allowUnsigned: true }, undefined],
    ['wrong', { authorization: 'Bearer nope' }, {}, 'unauthorized'],
    ['wrong although unsigned is allowed', { 'x-api-key': 'nope' }, { allowUnsigned: true }, 'unauthorized'],
    ['empty', { 'x-api-key': '' }, {}, 'unauthorized'],
    ['as basic', { authorization: 'Basic YTpi' }, { allowUnsigned: true }, 'unauthorized'],
    ['not set', {}, { alertKey: undefined }, 'not_configured'],
    ['not set, unsigned allowed', {}, { alertKey: undefined, allowUnsigned: true }, undefined],
  ])('%s', (_, headers, changed, code) => {
    expect(refusal(arrival(alert, headers), changed)?.code).toBe(code);
  });
});

describe('the kind of body', () => {
  const key = { 'x-api-key': 'alert-key' };
  it.each<[string, unknown, Record<string, string>, string | undefined]>([
    ['JSON', alert, { 'content-type': 'application/json; charset=utf-8' }, undefined],
    ['some JSON', alert, { 'content-type': 'application/vnd.api+json' }, undefined],
    ['no type said', alert, {}, undefined],
    ['a byte order mark', `\uFEFF${JSON.stringify(alert)}`, {}, undefined],
    ['a form', alert, { 'content-type': 'application/x-www-form-urlencoded' }, 'unsupported_media_type'],
    ['empty', '', {}, 'bad_request'],
    ['cut off', '{"severity":', {}, 'bad_request'],
    ['an array', [alert], {}, 'bad_request'],
    ['null', 'null', {}, 'bad_request'],
    ['latin-1', Buffer.from('{"message":"caf\xe9"}', 'latin1'), {}, 'bad_request'],
  ])('%s', (_, body, headers, code) => {
    expect(refusal(arrival(body, { ...key, ...headers }))?.code).toBe(code);
  });
});

describe('the fields', () => {
  it.each<[string, object, RegExp | undefined]>([
    ['severity in capitals', { severity: ' CRITICAL ' }, undefined],
    ['severity of another scale', { severity: 'urgent' }, /^severity: must be one of low, medium, high, critical/],
    ['severity as number', { severity: 3 }, /^severity: must be one of/],
    ['no severity', { severity: undefined }, /^severity: must be one of/],
    ['conversation_id as text', { conversation_id: '12345' }, undefined],
    ['conversation_id missing', { conversation_id: null }, /^conversation_id: /],
    ['conversation_id empty', { conversation_id: ' ' }, /^conversation_id: /],
    ['conversation_id with a fraction', { conversation_id: 1.5 }, /^conversation_id: /],
    ['reason empty', { reason: '' }, /^reason: /],
    ['message as number', { message: 5 }, /^message: /],
    ['message empty: only a file was sent', { message: '' }, undefined],
    [
      'what is optional is null',
      { customer_name: null, timestamp: null, chatwoot_url: null, additional_info: null },
      undefined,
    ],
    [
      'what is optional is odd',
      { customer_email: 5, timestamp: 'soon', chatwoot_url: {}, additional_info: 'x' },
      undefined,
    ],
    ['more than the contract', { trigger: 'x', event: 'handoff' }, undefined],
  ])('%s', (_, changed, detail) => {
    const refused = refusal(arrival({ ...alert, ...changed }));
    if (!detail) expect(refused).toBeUndefined();
    else expect(refused).toMatchObject({ code: 'unprocessable', details: [expect.stringMatching(detail)] });
  });

  it('says everything that is wrong at once, one sentence a field', () => {
    expect(refusal(arrival({}))?.details?.map((line) => line.split(':')[0])).toEqual([
      'severity',
      'reason',
      'conversation_id',
      'message',
    ]);
  });

  it('tells a webhook event where it belongs', () => {
    expect(refusal(arrival({ event: 'message_created', id: 5 }))).toMatchObject({
      code: 'unprocessable',
      message: expect.stringMatching(/message_created.*\/api\/v1\/chatwoot\/webhook\./),
    });
  });

  it('never throws anything but a refusal', () => {
    fc.assert(fc.property(fc.jsonValue(), (body) => void refusal(arrival(JSON.stringify(body)))));
  });
});

it('repeats the conversation id as it was sent', () => {
  const asText = arrival({ ...alert, conversation_id: '12345' });
  expect(admitAlert(asText, settings).conversationId).toBe('12345');
});
