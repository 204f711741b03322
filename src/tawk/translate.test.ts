import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Translation } from '../sources/source-event.ts';
import { createTranslateTawk } from './translate.ts';

const fixtures = new URL('../../test/fixtures/tawk/', import.meta.url);
const translate = createTranslateTawk({});
const chat = '3c9e5b10-1f7a-11f1-8d42-6b2a9f04c7e1';
const property = '5f1a9c3be7a2d84c90b1e6f4';

function read(body: Buffer | string | object): Translation {
  const rawBody = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return translate({ event: '', rawBody, receivedAt: new Date(0) });
}

function fixture(name: string): Buffer {
  return readFileSync(new URL(name.startsWith('raw/') ? name : `${name}.json`, fixtures));
}

function eventOf(body: Buffer | string | object) {
  const translation = read(body);
  if (translation.kind !== 'event') throw new Error(`${translation.kind}: ${translation.reason}`);
  return translation.event;
}

function transcriptOf(name: string) {
  const { change } = eventOf(fixture(name));
  if (change.kind !== 'transcript') throw new Error(change.kind);
  return change.transcript;
}

function filesOf(name: string) {
  return transcriptOf(name).messages.flatMap(({ attachments }) => attachments);
}

function subjectOf(name: string) {
  return eventOf(fixture(name)).subject;
}

function keyOf(name: string) {
  return eventOf(fixture(name)).contentKey;
}

function summary(translation: Translation): string {
  if (translation.kind !== 'event') return `${translation.kind}: ${translation.reason}`;
  const { subject, change } = translation.event;
  switch (change.kind) {
    case 'wrote':
      return `${subject.kind}: ${change.trigger === 'AGENT_INITIATED' ? 'agent' : 'visitor'} wrote, ${change.severity}`;
    case 'transcript':
      return `transcript of ${change.transcript.messages.length}, ${change.transcript.durationSeconds ?? '-'} s`;
    case 'visitor-left':
    case 'transcribed':
    case 'rated':
    case 'send-failed':
    case 'receipt':
    case 'deleted':
    case 'alerted':
    case 'answered':
    case 'status':
      return change.kind;
  }
}

const expected: Record<string, string> = {
  'real__chat-start__agent-first': 'chat: agent wrote, low',
  'real__chat-start__anonymous-generated-name': 'chat: visitor wrote, medium',
  'real__chat-start__basic': 'chat: visitor wrote, medium',
  'real__chat-start__bidi-control': 'chat: visitor wrote, medium',
  'real__chat-start__control-chars': 'chat: visitor wrote, medium',
  'real__chat-start__critical-security': 'chat: visitor wrote, critical',
  'real__chat-start__email-uppercase-spaces': 'chat: visitor wrote, medium',
  'real__chat-start__file-first': 'chat: visitor wrote, medium',
  'real__chat-start__html-in-text': 'chat: visitor wrote, high',
  'real__chat-start__logged-key-order-no-email': 'chat: visitor wrote, medium',
  'real__chat-start__long-ids': 'chat: visitor wrote, medium',
  'real__chat-start__message-null': 'chat: visitor wrote, medium',
  'real__chat-start__missing-chatid': 'drift: no chat id',
  'real__chat-start__missing-property': 'chat: visitor wrote, medium',
  'real__chat-start__missing-sender': 'chat: visitor wrote, medium',
  'real__chat-start__missing-visitor': 'chat: visitor wrote, medium',
  'real__chat-start__name-with-signed-marker': 'chat: visitor wrote, medium',
  'real__chat-start__same-chat-again': 'chat: visitor wrote, medium',
  'real__chat-start__visitor-empties': 'chat: visitor wrote, medium',
  'real__chat-end__after-40-seconds': 'visitor-left',
  'real__chat-end__basic': 'visitor-left',
  'real__chat-end__before-start': 'visitor-left',
  'real__chat-end__country-null': 'visitor-left',
  'real__chat-end__html-name': 'visitor-left',
  'real__chat-end__orphan': 'visitor-left',
  'real__chat-transcript__400-messages': 'transcript of 400, 9602 s',
  'real__chat-transcript__attachments': 'transcript of 4, 60 s',
  'real__chat-transcript__attachments-five-no-msg-key': 'transcript of 2, 14 s',
  'real__chat-transcript__attachments-hostile': 'transcript of 2, 5 s',
  'real__chat-transcript__attachments-malformed': 'transcript of 7, 10 s',
  'real__chat-transcript__docs-like-two-messages': 'transcript of 2, 10 s',
  'real__chat-transcript__empty-messages': 'transcript of 0, - s',
  'real__chat-transcript__extra-unknown-fields': 'transcript of 2, 5 s',
  'real__chat-transcript__first-of-two': 'transcript of 3, 75 s',
  'real__chat-transcript__missing-chat': 'drift: no chat id',
  'real__chat-transcript__no-email': 'transcript of 3, 44 s',
  'real__chat-transcript__second-of-two-expanded': 'transcript of 5, 1860 s',
  'real__chat-transcript__short': 'transcript of 6, 190 s',
  'real__chat-transcript__three-long-messages': 'transcript of 4, 30 s',
  'real__chat-transcript__time-disorder': 'transcript of 6, 300 s',
  'real__chat-transcript__two-agents-transfer': 'transcript of 6, 150 s',
  'real__chat-transcript__unanswered': 'transcript of 4, 200 s',
  'real__ticket-create__agent-requester': 'ticket: visitor wrote, medium',
  'real__ticket-create__basic': 'ticket: visitor wrote, medium',
  'real__ticket-create__critical': 'ticket: visitor wrote, critical',
  'real__ticket-create__extra-fields': 'ticket: visitor wrote, medium',
  'real__ticket-create__message-10k': 'ticket: visitor wrote, medium',
  'real__ticket-create__missing-ticket': 'drift: no ticket id',
  'real__ticket-create__no-email': 'ticket: visitor wrote, medium',
  'real__ticket-create__nulls': 'ticket: visitor wrote, medium',
  'real__ticket-create__same-ticket-again': 'ticket: visitor wrote, medium',
  'real__ticket-create__unicode': 'ticket: visitor wrote, medium',
  'real__unknown-event__chat-message': 'drift: unknown event chat:message',
  'real__unknown-event__event-number': 'drift: no event name',
  'real__unknown-event__event-proto': 'drift: unknown event __proto__',
  'real__unknown-event__future': 'drift: unknown event chat:assigned',
  'real__unknown-event__missing-event': 'drift: no event name',
  'real__unknown-event__test': 'drift: unknown event test',
  'seed__chat-end__basic': 'visitor-left',
  'seed__chat-start__attrs-dash-keys': 'chat: visitor wrote, medium',
  'seed__chat-start__attrs-extreme-numbers': 'chat: visitor wrote, medium',
  'seed__chat-start__attrs-html-emoji': 'chat: visitor wrote, medium',
  'seed__chat-start__attrs-malformed-numbers': 'chat: visitor wrote, medium',
  'seed__chat-start__attrs-nested': 'chat: visitor wrote, medium',
  'seed__chat-start__attrs-null': 'chat: visitor wrote, medium',
  'seed__chat-start__attrs-numbers': 'chat: visitor wrote, medium',
  'seed__chat-start__attrs-pollution': 'chat: visitor wrote, medium',
  'seed__chat-start__attrs-string': 'chat: visitor wrote, medium',
  'seed__chat-start__full-strings': 'chat: visitor wrote, medium',
  'seed__chat-start__hybrid-both-ids-agree': 'chat: visitor wrote, medium',
  'seed__chat-start__hybrid-ids-disagree': 'chat: visitor wrote, medium',
  'seed__chat-start__numeric-chat-id': 'chat: visitor wrote, medium',
  'seed__chat-start__post-order': 'chat: visitor wrote, medium',
  'seed__chat-transcript__400-messages': 'transcript of 400, 9602 s',
  'seed__chat-transcript__basic': 'transcript of 2, 64 s',
  'seed__chat-transcript__duration-string': 'transcript of 2, 64 s',
  'seed__chat-transcript__messages-inside-chat': 'transcript of 3, 75 s',
  'seed__chat-transcript__messages-mixed-types': 'transcript of 3, - s',
  'seed__chat-transcript__no-duration': 'transcript of 2, 64 s',
  'seed__chat-transcript__real-event-seed-body': 'transcript of 2, 64 s',
  'seed__chat-transcript__tawk-style-messages': 'transcript of 3, 75 s',
  'seed__ticket-create__basic': 'ticket: visitor wrote, medium',
  'seed__ticket-create__minimal': 'ticket: visitor wrote, medium',
  'invalid__deep-nesting': 'chat: visitor wrote, medium',
  'invalid__root-array': 'drift: not a JSON object',
  'invalid__root-null': 'drift: not a JSON object',
  'invalid__root-number': 'drift: not a JSON object',
  'invalid__root-string': 'drift: not a JSON object',
  'raw/compact-utf8.raw': 'chat: visitor wrote, medium',
  'raw/duplicate-keys.raw': 'visitor-left',
  'raw/empty.raw': 'drift: not JSON',
  'raw/number-format.raw': 'ticket: visitor wrote, medium',
  'raw/slashes-escaped.raw': 'chat: visitor wrote, medium',
  'raw/spaces-and-newline.raw': 'chat: visitor wrote, medium',
  'raw/truncated.raw': 'drift: not JSON',
  'raw/whitespace.raw': 'drift: not JSON',
};

describe('every fixture', () => {
  it('is in the table', () => {
    const files = readdirSync(fixtures).flatMap((file) => /^(?!manifest)(.+)\.json$/.exec(file)?.[1] ?? []);
    const raw = readdirSync(new URL('raw/', fixtures)).map((file) => `raw/${file}`);
    expect(Object.keys(expected).toSorted()).toEqual([...files, ...raw].toSorted());
  });
  it.each(Object.entries(expected))('%s → %s', (name, said) => {
    expect(summary(read(fixture(name)))).toBe(said);
  });
});

describe('the start of a chat', () => {
  it('says all it knows', () => {
    expect(eventOf(fixture('real__chat-start__basic'))).toEqual({
      subject: { source: 'tawk', kind: 'chat', account: property, externalId: chat },
      change: { kind: 'wrote', severity: 'medium', trigger: 'USER_INITIATED' },
      details: {
        customerName: 'Asha Rao',
        customerEmail: 'asha.rao@example.com',
        place: 'Bengaluru, IN',
        property: 'Annapurna Platters',
        page: 'https://annapurna.example/menu/premium-veg',
        message: 'Hi, my order has not arrived yet',
        url: `https://dashboard.tawk.to/#/inbox/${property}/all/chats/chat/${chat}`,
      },
      at: new Date('2026-03-14T09:26:53.589Z'),
      version: undefined,
      contentKey: `chat:start:${property}:${chat}:2026-03-14T09:26:53.589Z`,
    });
  });

  it('with attributes, as relays send it', () => {
    const { subject, details, contentKey, at } = eventOf(fixture('seed__chat-start__full-strings'));
    expect([subject.account, subject.externalId, contentKey, at]).toEqual(['', chat, undefined, undefined]);
    expect(details).toEqual({
      customerName: 'Asha Rao',
      customerEmail: 'asha.rao@example.com',
      stage: 'PRE_ORDER',
      appScreen: 'CHECKOUT',
      cartValue: 25000,
      eventType: 'WEDDING',
      frictionScore: 0.82,
      additionalInfo: {
        user_id: 'user_12345',
        user_tier: 'GOLD',
        past_orders: '15',
        lifetime_value: '150000',
        guest_count: '100',
        event_date: '2026-05-15',
        selected_platter: 'Premium Veg Thali',
      },
    });
  });

  it.each<[string, object]>([
    ['real__chat-start__anonymous-generated-name', { customerName: 'Anonymous visitor', place: 'LV' }],
    ['real__chat-start__visitor-empties', { customerName: 'Anonymous visitor' }],
    ['real__chat-start__missing-visitor', { customerName: 'Anonymous visitor' }],
    ['real__chat-start__name-with-signed-marker', { customerName: 'Asha Rao' }],
    ['real__chat-start__email-uppercase-spaces', { customerEmail: 'asha.rao@example.com' }],
    [
      'real__chat-start__logged-key-order-no-email',
      { customerName: 'Lina Ozols', place: 'CO', additionalInfo: { 'Company name': 'Ozols Events' } },
    ],
    ['real__chat-start__bidi-control', { customerName: 'evil User', message: 'invoice fdp.exe please x' }],
    ['real__chat-start__control-chars', { message: 'line1\nline2\n\n\n\nline3\ttabnulbell\u200B\u200Bzero-width' }],
    ['real__chat-start__html-in-text', { customerName: '<i>Asha</i> & Co "quoted" \'single\'' }],
    ['real__chat-start__file-first', { message: '📎 A file (its name and link come with the transcript)' }],
    [
      'real__chat-start__agent-first',
      { additionalInfo: { 'agent wrote': 'Hello! Saw you on the pricing page, need help?' } },
    ],
    ['seed__chat-start__attrs-numbers', { cartValue: 25000, frictionScore: 0.82 }],
    ['seed__chat-start__attrs-dash-keys', { appScreen: 'CHECKOUT', cartValue: 25000, eventType: 'WEDDING' }],
    ['seed__chat-start__attrs-post-order', { stage: 'POST_ORDER' }],
    ['seed__chat-start__attrs-html-emoji', { appScreen: '<b>CHECKOUT</b> 🛒', eventType: 'شادی' }],
    [
      'seed__chat-start__attrs-malformed-numbers',
      { cartValue: 25000, additionalInfo: expect.objectContaining({ friction_score: 'NaN' }) },
    ],
    [
      'seed__chat-start__attrs-extreme-numbers',
      { additionalInfo: expect.objectContaining({ cart_value: '1e309', friction_score: '-5' }) },
    ],
    [
      'seed__chat-start__attrs-nested',
      { additionalInfo: { user_id: '{"id":5}', cart_value: '["25000"]', current_screen: 'true' } },
    ],
    ['seed__chat-start__attrs-pollution', { additionalInfo: { constructor: 'y', toString: 'z', user_id: 'user_1' } }],
  ])('%s', (name, details) => {
    expect(eventOf(fixture(name.replace('attrs-post-order', 'post-order'))).details).toMatchObject(details);
  });

  it.each<[string, string[]]>([
    ['real__chat-start__message-null', ['message']],
    ['real__chat-start__missing-property', ['url', 'property']],
    ['real__chat-start__agent-first', ['message']],
    ['seed__chat-start__attrs-null', ['stage', 'cartValue', 'additionalInfo']],
    ['seed__chat-start__attrs-string', ['stage', 'additionalInfo']],
    ['seed__chat-start__attrs-extreme-numbers', ['cartValue', 'frictionScore']],
    ['real__chat-start__long-ids', ['url']],
  ])('%s does not know %j', (name, absent) => {
    const { details } = eventOf(fixture(name));
    for (const key of absent) expect(details).not.toHaveProperty(key);
  });

  it('prefers the real id, makes texts of numbers and short ids of long ones', () => {
    expect(subjectOf('seed__chat-start__hybrid-ids-disagree').externalId).toBe(chat);
    expect(subjectOf('seed__chat-start__numeric-chat-id').externalId).toBe('123456');
    expect(subjectOf('real__chat-start__long-ids')).toMatchObject({
      account: expect.stringMatching(/^sha256:[0-9a-f]{32}$/),
      externalId: expect.stringMatching(/^sha256:[0-9a-f]{32}$/),
    });
  });

  it('links where the settings say', () => {
    const custom = createTranslateTawk({ chatUrl: 'https://d.example/{propertyId}?c={chatId}' });
    const body = { event: 'chat:start', chatId: 'a/b&$&', property: { id: 'p' } };
    const translation = custom({ event: '', rawBody: Buffer.from(JSON.stringify(body)), receivedAt: new Date(0) });
    expect(translation).toMatchObject({ event: { details: { url: 'https://d.example/p?c=a%2Fb%26%24%26' } } });
  });
});

describe('the end of a chat', () => {
  it('is no resolution, and overwrites nothing it does not know', () => {
    expect(eventOf(fixture('real__chat-end__country-null'))).toMatchObject({
      change: { kind: 'visitor-left' },
      at: new Date('2026-03-14T09:36:53.589Z'),
      contentKey: `chat:end:${property}:${chat}:2026-03-14T09:36:53.589Z`,
    });
    const { details } = eventOf({ event: 'chat:end', chatId: 'c' });
    expect(details).toEqual({});
  });
});

describe('a transcript', () => {
  it('maps senders; a system greeting keeps its name', () => {
    const said = transcriptOf('real__chat-transcript__two-agents-transfer').messages.map(({ sender, name }) => [
      sender,
      name,
    ]);
    expect(said).toEqual([
      ['system', 'Annapurna Platters'],
      ['visitor', undefined],
      ['agent', 'Meera Iyer'],
      ['system', undefined],
      ['agent', 'Karthik S'],
      ['visitor', undefined],
    ]);
  });

  it('of a relay: words for senders, names, bare texts; what is no message is skipped', () => {
    const said = (name: string) => transcriptOf(name).messages.map(({ sender, name, text }) => [sender, name, text]);
    expect(said('seed__chat-transcript__basic')).toEqual([
      ['visitor', undefined, 'Where is my order?'],
      ['agent', undefined, 'On its way'],
    ]);
    expect(said('seed__chat-transcript__messages-mixed-types')).toEqual([
      ['visitor', undefined, 'plain'],
      ['visitor', undefined, 'ok'],
      ['agent', 'Meera', 'other key'],
    ]);
    expect(transcriptOf('seed__chat-transcript__messages-inside-chat')).toEqual(
      transcriptOf('seed__chat-transcript__tawk-style-messages'),
    );
  });

  it('is in order of time; who has none stays behind whom they followed', () => {
    const said = transcriptOf('real__chat-transcript__time-disorder').messages.map(({ text }) => text);
    expect(said).toEqual(['Hi! How can we help? 👋', 'early', 'no time', 'epoch', 'bad', 'late']);
  });

  it('has the duration a relay says when no times tell', () => {
    const body = { event: 'chat:transcript', chat: { id: 'c', duration: '214s' }, messages: ['hello'] };
    expect(summary(read(body))).toBe('transcript of 1, 214 s');
  });

  it('names files; links only to the web; sizes only when they can be', () => {
    expect(filesOf('real__chat-transcript__attachments')[0]).toEqual({
      name: 'damaged-box.jpg',
      url: `https://tawk.link/${property}/vc-attachments/a1.jpg`,
      mimeType: 'image/jpeg',
      bytes: 482113,
    });
    expect(filesOf('real__chat-transcript__attachments-five-no-msg-key')).toHaveLength(5);
    expect(filesOf('real__chat-transcript__attachments-malformed')).toEqual([
      { name: 'file', url: undefined, mimeType: undefined, bytes: 0 },
    ]);
    const hostile = filesOf('real__chat-transcript__attachments-hostile');
    expect(hostile.map(({ name, url, bytes }) => [name.length <= 200, url, bytes])).toEqual([
      [true, undefined, undefined],
      [true, 'http://169.254.169.254/latest/meta-data/', 10],
      [true, undefined, undefined],
    ]);
    expect(hostile[0]?.name).toBe('<b>x</b>fdp.exe');
  });

  it('keeps at most 20 files of a message', () => {
    const attchs = Array.from({ length: 50 }, () => ({ content: { file: { name: 'f' } } }));
    const { change } = eventOf({ event: 'chat:transcript', chat: { id: 'c', messages: [{ msg: 'm', attchs }] } });
    expect(change.kind === 'transcript' && change.transcript.messages[0]?.attachments).toHaveLength(20);
  });

  it('is another one when the chat went on, the same when delivered again', () => {
    expect(keyOf('real__chat-transcript__first-of-two')).toMatch(
      new RegExp(`^transcript:${property}:${chat}:3:[0-9a-f]{64}$`),
    );
    expect(keyOf('real__chat-transcript__first-of-two')).not.toBe(
      keyOf('real__chat-transcript__second-of-two-expanded'),
    );
    expect(keyOf('seed__chat-transcript__basic')).toBe(keyOf('seed__chat-transcript__real-event-seed-body'));
  });
});

describe('a ticket', () => {
  it('has its requester beside it', () => {
    expect(eventOf(fixture('real__ticket-create__basic'))).toEqual({
      subject: {
        source: 'tawk',
        kind: 'ticket',
        account: property,
        externalId: '01493b9f-a630-11f1-8152-0c2d97ca2081',
      },
      change: { kind: 'wrote', severity: 'medium', trigger: 'USER_INITIATED' },
      details: {
        customerName: 'Asha Rao',
        customerEmail: 'asha.rao@example.com',
        property: 'Annapurna Platters',
        stage: 'POST_ORDER',
        title: 'Invoice copy needed',
        message: 'Please send me the invoice for order 8841.',
        additionalInfo: { ticket: '#55' },
      },
      at: new Date('2026-03-14T09:41:53.589Z'),
      version: undefined,
      contentKey: `ticket:${property}:01493b9f-a630-11f1-8152-0c2d97ca2081`,
    });
  });

  it('twice under two event ids is the same', () => {
    expect(keyOf('real__ticket-create__basic')).toBe(keyOf('real__ticket-create__same-ticket-again'));
  });

  it('of a relay has a visitor with attributes; a small one has a stage', () => {
    expect(eventOf(fixture('seed__ticket-create__basic')).details).toMatchObject({
      customerName: 'Asha Rao',
      stage: 'POST_ORDER',
      cartValue: 25000,
      additionalInfo: { user_id: 'user_12345', order_id: 'ORD-8841' },
    });
    expect(eventOf(fixture('seed__ticket-create__minimal')).details).toEqual({ stage: 'POST_ORDER' });
    expect(eventOf(fixture('real__ticket-create__extra-fields')).details.customerName).toBe('Asha Rao');
    expect(eventOf(fixture('raw/number-format.raw')).details.additionalInfo).toEqual({ ticket: '#55' });
  });
});

/** What each step says, and whether the content was seen before: `=` marks a delivery the same as an earlier one. */
describe('the delivery scenarios', () => {
  const { scenarios } = z
    .object({ scenarios: z.array(z.object({ name: z.string(), steps: z.array(z.string()) })) })
    .parse(JSON.parse(readFileSync(new URL('manifest.json', fixtures), 'utf8')));
  const said: Record<string, string> = {
    normal: 'wrote, visitor-left, transcript',
    'transcript before end': 'wrote, transcript, visitor-left',
    'end before start': 'visitor-left, wrote',
    'transcript only': 'transcript',
    'retry storm: each delivery five times with the same event id':
      'wrote, =wrote, =wrote, =wrote, =wrote, visitor-left, =visitor-left, =visitor-left, =visitor-left, =visitor-left',
    'late retry, 11 hours later, of a start whose chat was closed': 'wrote, visitor-left, =wrote',
    'visitor returns': 'wrote, visitor-left, wrote, transcript',
    'same ticket twice under two event ids': 'wrote, =wrote',
    'seed life cycle': 'wrote, visitor-left, transcript',
    'mixed shapes for one chat': 'wrote, visitor-left, transcript',
  };
  it.each(scenarios)('$name', ({ name, steps }) => {
    const seen = new Set<string>();
    const events = steps.map((step) => eventOf(fixture(step)));
    const marks = events.map(({ change, contentKey }) => {
      const isSame = contentKey !== undefined && seen.has(contentKey);
      if (contentKey) seen.add(contentKey);
      return `${isSame ? '=' : ''}${change.kind}`;
    });
    expect(marks.join(', ')).toBe(said[name]);
    expect(new Set(events.map(({ subject }) => `${subject.kind} ${subject.externalId}`)).size).toBe(1);
  });
});

it('never throws', () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => void read(Buffer.from(bytes))));
  const event = fc.constantFrom(
    'chat:start',
    'chat:end',
    'chat:transcript',
    'chat:transcript_created',
    'ticket:create',
    'x',
  );
  const key = fc.constantFrom(
    'chatId',
    'chat',
    'message',
    'messages',
    'visitor',
    'property',
    'ticket',
    'requester',
    'time',
  );
  fc.assert(
    fc.property(event, fc.dictionary(key, fc.jsonValue()), (name, body) => void read({ ...body, event: name })),
  );
  const messages = fc.array(
    fc.oneof(
      fc.jsonValue(),
      fc.record({ msg: fc.jsonValue(), sender: fc.jsonValue(), time: fc.jsonValue(), attchs: fc.jsonValue() }),
    ),
  );
  fc.assert(fc.property(messages, (list) => void read({ event: 'chat:transcript', chat: { id: 1, messages: list } })));
  const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
  const body = `{"event":"chat:start","chatId":"c","visitor":{"customAttributes":{"x":${deep}}},"property":${deep}}`;
  expect(summary(read(body))).toBe('chat: visitor wrote, medium');
});

it('one message with a broken clock makes no chat of centuries', () => {
  const messages = [
    { sender: { t: 'v' }, msg: 'hello', time: '1995-01-01T00:00:00.000Z' },
    { sender: { t: 'a' }, msg: 'hi', time: '2190-01-01T00:00:00.000Z' },
  ];
  const body = JSON.stringify({ event: 'chat:transcript_created', chat: { id: 'c1', messages, duration: 95 } });
  const translation = createTranslateTawk({})({ event: 'x', rawBody: Buffer.from(body), receivedAt: new Date() });
  expect(translation).toMatchObject({ event: { change: { transcript: { durationSeconds: 95 } } } });
});

it('an import is read with a byte order mark in front as well', () => {
  const event = 'rest:ticket';
  const item = { id: 't1', humanId: 7, subject: 'Refund', message: 'Where is it?' };
  const body = JSON.stringify({ event, property: { id: 'p1' }, item });
  const read = (rawBody: string) =>
    createTranslateTawk({})({ event, rawBody: Buffer.from(rawBody), receivedAt: new Date(0) });
  expect(read(body).kind).toBe('event');
  expect(read(`\uFEFF${body}`)).toEqual(read(body));
});
