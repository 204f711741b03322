import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Translation } from '../sources/source-event.ts';
import { createTranslateChatwoot } from './translate.ts';

const fixtures = new URL('../../test/fixtures/chatwoot/', import.meta.url);
const translate = createTranslateChatwoot({ baseUrl: 'https://desk.example/', accountId: '7' });

function read(body: Buffer | string | object): Translation {
  const rawBody = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return translate({ event: '', rawBody, receivedAt: new Date(0) });
}

function fixture(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(`${name}.json`, fixtures), 'utf8'));
}

function eventOf(body: Buffer | string | object) {
  const translation = read(body);
  if (translation.kind !== 'event') throw new Error(`${translation.kind}: ${translation.reason}`);
  return translation.event;
}

/** `event: wrote high` or `ignored: typing`. */
function summary(translation: Translation): string {
  if (translation.kind === 'notice') return `inbox ${translation.notice.name} ${translation.notice.state}`;
  if (translation.kind !== 'event') return `${translation.kind}: ${translation.reason}`;
  const { change } = translation.event;
  switch (change.kind) {
    case 'wrote':
      return `wrote ${change.severity}`;
    case 'answered':
      return `answered by ${change.by}`;
    case 'status':
      return `status ${change.status}, ${change.needsPerson ? 'needs a person' : 'nobody waits'}, ${change.severity ?? '-'}`;
    case 'transcribed':
      return `transcribed ${change.severity}`;
    case 'rated':
      return `rated ${change.rating}, ${change.severity}`;
    case 'send-failed':
      return `not delivered: ${change.reason}`;
    case 'receipt':
      return `receipt: ${change.status}`;
    case 'deleted':
    case 'alerted':
    case 'visitor-left':
    case 'transcript':
      return change.kind;
  }
}

const expected: Record<string, string> = {
  webhook_conversation_created: 'status open, needs a person, high',
  webhook_conversation_created_template_message_first: 'status open, needs a person, medium',
  webhook_conversation_created_pending_bot: 'status pending, nobody waits, -',
  webhook_conversation_created_whatsapp_phone_only: 'status open, needs a person, medium',
  webhook_conversation_status_changed_resolved: 'status resolved, nobody waits, -',
  webhook_conversation_status_changed_snoozed: 'status snoozed, nobody waits, -',
  webhook_conversation_status_changed_pending: 'status pending, nobody waits, -',
  webhook_conversation_updated_status_resolved: 'status resolved, nobody waits, -',
  webhook_conversation_updated_assigned: 'status open, needs a person, high',
  webhook_conversation_updated_priority_urgent: 'status open, needs a person, critical',
  webhook_conversation_updated_priority_removed: 'status open, needs a person, high',
  webhook_conversation_updated_labels: 'status open, needs a person, critical',
  webhook_conversation_updated_legacy_no_account: 'status open, needs a person, high',
  webhook_message_created_incoming: 'wrote high',
  webhook_message_created_outgoing_agent: 'answered by Priya Raman',
  webhook_message_created_private_note: 'ignored: private-note',
  webhook_message_created_agent_bot_input_select: 'ignored: bot-message',
  webhook_message_created_captain_assistant_enterprise: 'ignored: bot-message',
  webhook_message_created_automation_null_sender: 'ignored: automation',
  webhook_message_created_template_greeting: 'ignored: template',
  webhook_message_updated_csat_submitted: 'rated 1, high',
  webhook_message_created_attachments_only: 'wrote medium',
  webhook_message_created_location_contact_fallback: 'wrote medium',
  webhook_message_created_html_in_content: 'wrote medium',
  webhook_message_created_very_long: 'wrote high',
  webhook_message_created_email: 'wrote high',
  webhook_message_created_email_html_only_auto_reply: 'ignored: auto-reply',
  webhook_message_created_anonymous_visitor: 'wrote medium',
  webhook_message_created_telegram_channel: 'wrote medium',
  webhook_message_created_unsupported: 'wrote medium',
  webhook_message_updated_deleted: 'deleted',
  webhook_inbox_updated_disconnected: 'inbox 12 (meridian_cs_bot) lost',
  webhook_conversation_typing_on_contact: 'ignored: typing',
  agentbot_conversation_opened: 'status open, needs a person, medium',
  agentbot_conversation_resolved: 'status resolved, nobody waits, -',
  agentbot_conversation_status_changed: 'status pending, nobody waits, -',
  agentbot_conversation_updated: 'status open, needs a person, high',
  agentbot_message_created: 'ignored: with-bot',
  automation_event_message_created: 'status open, needs a person, high',
  macro_executed: 'status open, needs a person, high',
  seed_generic_webhook_wrong_shape: 'wrote medium',
  seed_custom_alert_high: 'drift: no event name',
};

describe('every fixture', () => {
  const names = readdirSync(fixtures).flatMap((file) => /^(?!INDEX)(.+)\.json$/.exec(file)?.[1] ?? []);
  it('is in the table', () => expect(Object.keys(expected).toSorted()).toEqual(names.toSorted()));
  it.each(Object.entries(expected))('%s → %s', (name, said) => {
    expect(summary(read(fixture(name)))).toBe(said);
  });
  it.each(names)('%s keeps no token and no credential', (name) => {
    expect(JSON.stringify(read(fixture(name)))).not.toMatch(/FAKE|pubsub|active_storage/);
  });
  it.each(readdirSync(new URL('wire/', fixtures)).filter((file) => file.endsWith('.body')))('%s, as sent', (file) => {
    expect(summary(read(readFileSync(new URL(`wire/${file}`, fixtures))))).toBe(expected[file.replace('.body', '')]);
  });
});

describe('a message of a customer', () => {
  it('says all it knows', () => {
    expect(eventOf(fixture('webhook_message_created_incoming'))).toEqual({
      subject: { source: 'chatwoot', kind: 'conversation', account: '7', externalId: '1842' },
      change: { kind: 'wrote', severity: 'high', trigger: 'USER_INITIATED', status: 'open' },
      details: {
        customerName: 'Ana Lucía Pereira',
        customerEmail: 'ana.pereira@example.com',
        customerPhone: '+15550142',
        message: 'I made a deposit 2 hours ago and still have no credits. Where is my payment???',
        url: 'https://desk.example/app/accounts/7/conversations/1842',
        page: 'https://play.meridian.test/wallet?tab=deposits&ref=promo',
        place: 'São Paulo, BR',
        property: 'Website chat',
        assignee: null,
        inboxId: '12',
        waitingSince: new Date('2026-03-14T09:26:53Z'),
        additionalInfo: { user_id: 'user_123', user_tier: 'GOLD', lifetime_value: '150000', vip: 'true', labels: '' },
      },
      at: new Date('2026-03-14T09:26:53.601Z'),
      version: 1773480414.001214,
      message: { ref: '551201', at: new Date('2026-03-14T09:26:53.601Z') },
      voidedBy: 'message_deleted:7:551201',
      contentKey: 'message_created:7:551201',
    });
  });

  it.each<[string, string | RegExp]>([
    ['webhook_message_created_attachments_only', '🖼 Image: IMG_2041.jpg, 180 KB\n📎 File: bank slip.pdf, 89 KB'],
    [
      'webhook_message_created_location_contact_fallback',
      '📍 Location: Cubbon Park, Bengaluru\n👤 Contact: Sam, +15550199\n🔗 Link: Shared link',
    ],
    ['webhook_message_created_email', 'Hello,\nrefund please.'],
    ['webhook_message_created_html_in_content', /^<script>alert\("x"\)<\/script> <b>bold<\/b> & /],
    ['webhook_message_created_very_long', /^Line 0001: deposit[^]{19900,19990}$/],
    ['seed_generic_webhook_wrong_shape', 'I need help with my payment'],
  ])('%s', (name, message) => {
    expect(eventOf(fixture(name)).details.message).toEqual(
      typeof message === 'string' ? message : expect.stringMatching(message),
    );
  });

  it('takes an e-mail’s subject as title, and trims a name', () => {
    expect(eventOf(fixture('webhook_message_created_email')).details.title).toBe('Refund <urgent> & overdue');
    expect(eventOf(fixture('webhook_message_created_telegram_channel')).details.customerName).toBe('Ольга');
  });

  it('reads the new part of an HTML e-mail', () => {
    const body = fixture('webhook_message_created_incoming');
    const email = { text_content: {}, html_content: { quoted: '<p>cold <b>food</b></p> 1 < 2' } };
    expect(eventOf({ ...body, content_attributes: { email } }).details.message).toBe('cold food 1 < 2');
  });

  it.each([
    ['urgent', 'critical'],
    ['high', 'high'],
    ['medium', 'medium'],
    ['low', 'low'],
    ['none', 'high'],
  ])('priority %s → %s', (priority, severity) => {
    const body = fixture('webhook_message_created_incoming');
    const conversation = { ...Object(body['conversation']), priority };
    expect(eventOf({ ...body, conversation }).change).toMatchObject({ severity });
  });

  it('reads numbers for names and texts for numbers', () => {
    const body = fixture('webhook_message_created_incoming');
    const event = eventOf({ ...body, message_type: 0, id: '551201', created_at: 1773480413 });
    expect(event.contentKey).toBe('message_created:7:551201');
    expect(event.at?.toISOString()).toBe('2026-03-14T09:26:53.000Z');
  });

  it('the nested shape of relays counts as written by the customer', () => {
    const event = eventOf(fixture('seed_generic_webhook_wrong_shape'));
    expect(event).toMatchObject({
      subject: { account: '1', externalId: '12345' },
      details: { customerName: 'John Doe', customerEmail: 'john@example.com' },
      at: new Date('2025-01-19T18:30:00Z'),
      version: undefined,
      contentKey: expect.stringMatching(/^message_created:1:sha256:[0-9a-f]{64}$/),
    });
  });
});

describe('a conversation', () => {
  it('says its present state', () => {
    const event = eventOf(fixture('webhook_conversation_updated_labels'));
    expect(event.version).toBe(1773480583.012214);
    expect(event.contentKey).toBe('conversation_updated:7:1842:1773480583.012214:open');
    expect(event.details).toMatchObject({ assignee: 'Priya Raman', additionalInfo: { labels: 'payment-issue, vip' } });
  });

  it('never shows a template, a bot or an agent as the customer', () => {
    expect(eventOf(fixture('webhook_conversation_created_template_message_first')).details.message).toBeUndefined();
    expect(eventOf(fixture('webhook_conversation_status_changed_resolved')).details.message).toBeUndefined();
    expect(eventOf(fixture('webhook_conversation_status_changed_pending')).details.assignee).toBeNull();
  });

  it('of an old version: the account from its message, distinguished by its bytes', () => {
    const event = eventOf(fixture('webhook_conversation_updated_legacy_no_account'));
    expect(event.subject.account).toBe('7');
    expect(event.version).toBeUndefined();
    expect(event.contentKey).toMatch(/^conversation_updated:7:1842:sha256:/);
  });

  it('needs a person when it is new, became open, or its customer waits', () => {
    const body = { id: 5, status: 'open', event: 'conversation_updated', waiting_since: 0 };
    const became = [{ status: { previous_value: 'pending', current_value: 'open' } }];
    const needsPerson = (changed: object) => {
      const { change } = eventOf({ ...body, ...changed });
      return change.kind === 'status' && change.needsPerson;
    };
    expect(needsPerson({})).toBe(false);
    expect(needsPerson({ waiting_since: 1773480413 })).toBe(true);
    expect(needsPerson({ changed_attributes: became })).toBe(true);
    expect(needsPerson({ event: 'automation_event.conversation_created' })).toBe(true);
    expect(needsPerson({ event: 'conversation_status_changed' })).toBe(true);
    expect(needsPerson({ event: 'conversation_created', status: 'pending' })).toBe(false);
  });

  it('may be nested as relays do', () => {
    const body = {
      event: 'conversation_status_changed',
      conversation: { id: 9, status: 'resolved' },
      account: { id: 1 },
    };
    expect(eventOf({ ...body, sender: { name: 'Ana' } })).toMatchObject({
      subject: { account: '1', externalId: '9' },
      change: { kind: 'status', status: 'resolved' },
      details: { customerName: 'Ana' },
    });
  });

  it('has its order and cart from custom attributes', () => {
    const custom_attributes = { order_id: 'O-1', cart_value: '₹25,000' };
    const event = eventOf({ id: 5, status: 'open', event: 'conversation_created', custom_attributes });
    expect(event.details).toEqual({
      stage: 'POST_ORDER',
      cartValue: 25000,
      additionalInfo: { order_id: 'O-1' },
      url: expect.any(String),
    });
  });

  it('has no link where the address is not known', () => {
    const rawBody = Buffer.from('{"event":"conversation_created","id":5,"status":"open"}');
    const translation = createTranslateChatwoot({})({ event: '', rawBody, receivedAt: new Date(0) });
    expect(translation).toMatchObject({ event: { subject: { account: '' }, details: {} } });
  });
});

it.each([
  ['{"event":"contact_updated","id":1}', 'ignored: contact'],
  ['{"event":"webwidget_triggered","id":1}', 'ignored: widget-opened'],
  ['{"event":"inbox_created"}', 'ignored: inbox'],
  ['{"event":"message_updated"}', 'ignored: message-updated'],
  ['{"event":"article_published\\u0000"}', 'drift: unknown event article_published'],
  ['{"event":"message_created","id":1}', 'drift: no conversation id'],
  ['{"event":"message_created","conversation":{"id":1}}', 'drift: unknown message type'],
  ['{"event":"conversation_created","status":"open"}', 'drift: no conversation id'],
  ['{"event":"conversation_created","id":1,"status":"archived"}', 'drift: unknown status archived'],
  ['{"event":"__proto__"}', 'drift: unknown event __proto__'],
  ['{"id":1}', 'drift: no event name'],
  ['{"event":', 'drift: not JSON'],
  ['[]', 'drift: not a JSON object'],
  ['', 'drift: not JSON'],
])('%s → %s', (body, said) => {
  expect(summary(read(body))).toBe(said);
});

describe('whatever comes', () => {
  it('cleans what PostgreSQL and readers must not get', () => {
    const body = fixture('webhook_message_created_incoming');
    const event = eventOf({
      ...body,
      content: 'a\u0000b\u202Ec\uD83D',
      sender: { name: 'A\u0000\u2066na\nReason: x' },
    });
    expect(event.details).toMatchObject({ message: 'abc\uFFFD', customerName: 'Ana Reason: x' });
  });

  it('2000 levels deep is nothing special', () => {
    const deep = `${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`;
    const body = `{"event":"conversation_created","id":1,"status":"open","custom_attributes":${deep},"meta":${deep}}`;
    expect(summary(read(body))).toBe('status open, needs a person, medium');
  });

  it('never throws', () => {
    const event = fc.constantFrom(...Object.keys(expected).map((name) => fixture(name)['event']), 'automation_event.x');
    const field = fc.constantFrom(
      'id',
      'conversation',
      'message',
      'status',
      'sender',
      'meta',
      'messages',
      'attachments',
    );
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void read(Buffer.from(bytes))));
    fc.assert(
      fc.property(event, fc.dictionary(field, fc.jsonValue()), (name, body) => void read({ ...body, event: name })),
    );
    const whole = Object.keys(expected).map(fixture);
    fc.assert(
      fc.property(
        fc.constantFrom(...whole),
        field,
        fc.jsonValue(),
        (body, key, value) => void read({ ...body, [key]: value }),
      ),
    );
  });
});

describe('a voice message', () => {
  const message = {
    event: 'message_created',
    id: 5601,
    message_type: 'incoming',
    content: null,
    account: { id: 1 },
    conversation: { id: 560, status: 'open', messages: [], meta: { sender: { name: 'Nora Ek' } } },
  };
  const audio = { id: 1, file_type: 'audio', data_url: 'https://desk.example.net/x/8c1f-2b.oga', file_size: 4096 };
  const words = 'my card was charged twice, this is fraud, call me now';
  const updated = (transcribed_text: string) =>
    ({ ...message, event: 'message_updated', attachments: [{ ...audio, transcribed_text }] }) as const;

  it('is called one before it is transcribed', () => {
    const { change, details } = eventOf({ ...message, attachments: [{ ...audio, transcribed_text: '' }] });
    expect([change.kind, details.message]).toEqual(['wrote', '🎤 Voice message: 8c1f-2b.oga, 4 KB']);
  });

  it('shows its words and the severity they ask for where they come at once', () => {
    const { change, details } = eventOf({ ...message, attachments: [{ ...audio, transcribed_text: words }] });
    expect([change, details.message]).toEqual([
      { kind: 'wrote', severity: 'critical', trigger: 'USER_INITIATED', status: 'open' },
      `🎤 ${words}`,
    ]);
  });

  it('keeps what was written beside it', () => {
    const { details } = eventOf({ ...updated(words), content: 'Hear this' });
    expect(details.message).toBe(`Hear this\n🎤 ${words}`);
  });

  it('gets its words later, once for each wording', () => {
    const { change, details, contentKey } = eventOf(updated(words));
    expect([change, details.message]).toEqual([{ kind: 'transcribed', severity: 'critical' }, `🎤 ${words}`]);
    expect(eventOf({ ...updated(words), content_attributes: { translations: {} } }).contentKey).toBe(contentKey);
    expect(eventOf(updated('others')).contentKey).not.toBe(contentKey);
  });

  it.each([
    ['without words', updated(' '), 'ignored: message-updated'],
    ['of an agent', { ...updated(words), message_type: 'outgoing' }, 'ignored: message-updated'],
    ['in a private note', { ...updated(words), private: true }, 'ignored: private-note'],
    ['that was deleted', { ...updated(words), content_attributes: { deleted: true } }, 'deleted'],
    ['with a bot', { ...updated(words), conversation: { id: 560, status: 'pending' } }, 'ignored: with-bot'],
    ['of no conversation', { ...updated(words), conversation: null }, 'drift: no conversation id'],
  ])('an update %s says nothing', (_, body, expectedSummary) => {
    expect(summary(read(body))).toBe(expectedSummary);
  });
});

it.each([
  ['image', { data_url: 'https://x.example/a.jpg' }, '🖼 Image: a.jpg'],
  ['video', {}, '🎬 Video'],
  ['file', { data_url: 'https://x.example/b%20c.pdf', file_size: 5_242_880 }, '📎 File: b c.pdf, 5.0 MB'],
  ['location', { coordinates_lat: 12.5, coordinates_long: 77.5 }, '📍 Location: 12.5, 77.5'],
  [
    'contact',
    { fallback_title: '+15550199', meta: { first_name: 'Sam', last_name: 'Ek' } },
    '👤 Contact: Sam Ek, +15550199',
  ],
  ['ig_reel', {}, '🔗 Instagram reel'],
  ['hologram', {}, '📎 File'],
  [null, {}, '📎 File'],
])('an attachment of type %s is named by its kind', (file_type, facts, line) => {
  const body = { ...fixture('webhook_message_created_attachments_only'), attachments: [{ file_type, ...facts }] };
  expect(eventOf(body).details.message).toBe(line);
});

it('an event name of any length makes a key of bounded length', () => {
  const body = { ...fixture('webhook_conversation_updated_labels'), event: `automation_event.${'x'.repeat(100_000)}` };
  expect(eventOf(body).contentKey?.length).toBeLessThan(600);
});
