import { createHmac, randomUUID } from 'node:crypto';
import type { Customer, Severity, Trouble } from './customers.ts';

/** An HTTP request that a source would send. */
export type SampleRequest = { about: string; path: string; headers: Record<string, string>; body: string };
export type SampleConversation = { id: number; inboxId: number; customer: Customer; text: string; startedAt: Date };

const ACCOUNT = { id: 1, name: 'Sample Shop' };

export function alertRequest(
  alert: { severity: Severity; conversationId: number; url: string; customer: Customer; trouble: Trouble },
  key: string | undefined,
  now: Date,
): SampleRequest {
  const { severity, conversationId, url, customer, trouble } = alert;
  return {
    about: `alert, ${severity}`,
    path: '/api/v1/chatwoot/alerts',
    headers: key ? { authorization: `Bearer ${key}` } : {},
    body: JSON.stringify({
      severity,
      reason: trouble.reason,
      conversation_id: conversationId,
      customer_name: customer.name,
      customer_email: customer.email,
      message: trouble.text,
      timestamp: now.toISOString(),
      chatwoot_url: url,
      additional_info: trouble.info,
    }),
  };
}

export function conversationCreated(conversation: SampleConversation, now: Date): object {
  return { ...conversationBody(conversation, 'open', now), event: 'conversation_created' };
}

export function messageCreated(conversation: SampleConversation, now: Date): object {
  return {
    account: ACCOUNT,
    additional_attributes: {},
    content_attributes: { in_reply_to: null },
    content_type: 'text',
    content: conversation.text,
    conversation: conversationBody(conversation, 'open', now),
    created_at: now.toISOString(),
    id: messageId(conversation),
    inbox: { id: conversation.inboxId, name: 'Shop website' },
    message_type: 'incoming',
    private: false,
    sender: { ...contact(conversation), account: ACCOUNT, avatar: '' },
    source_id: null,
    event: 'message_created',
  };
}

export function conversationResolved(conversation: SampleConversation, now: Date): object {
  return {
    ...conversationBody(conversation, 'resolved', now),
    event: 'conversation_status_changed',
    // Chatwoot means to say what changed here, and always says null.
    changed_attributes: null,
  };
}

/** Signed the way Chatwoot does: over "<Unix seconds>.<raw body>". */
export function webhookRequest(about: string, payload: object, secret: string | undefined, now: Date): SampleRequest {
  const body = JSON.stringify(payload);
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const signature = secret && `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
  return {
    about,
    path: '/api/v1/chatwoot/webhook',
    headers: {
      'x-chatwoot-delivery': randomUUID(),
      'x-chatwoot-timestamp': timestamp,
      ...(signature ? { 'x-chatwoot-signature': signature } : {}),
    },
    body,
  };
}

function conversationBody(conversation: SampleConversation, status: 'open' | 'resolved', now: Date): object {
  const { id, inboxId, startedAt } = conversation;
  const started = epoch(startedAt);
  return {
    additional_attributes: {
      browser_language: conversation.customer.language,
      browser: { browser_name: 'Firefox', browser_version: '144.0', device_name: 'Unknown', platform_name: 'Linux' },
      initiated_at: { timestamp: startedAt.toUTCString() },
      referer: 'https://shop.example/checkout',
    },
    can_reply: true,
    channel: 'Channel::WebWidget',
    contact_inbox: {
      id: id + 60_000,
      contact_id: id + 9000,
      inbox_id: inboxId,
      source_id: `sample-${id}`,
      created_at: startedAt.toISOString(),
      updated_at: startedAt.toISOString(),
      hmac_verified: false,
    },
    id,
    inbox_id: inboxId,
    messages: [lastMessage(conversation)],
    labels: [],
    meta: {
      sender: { ...contact(conversation), type: 'contact' },
      assignee: null,
      assignee_type: null,
      team: null,
      hmac_verified: false,
    },
    status,
    custom_attributes: {},
    snoozed_until: null,
    unread_count: 1,
    first_reply_created_at: null,
    priority: null,
    waiting_since: status === 'open' ? started : 0,
    agent_last_seen_at: 0,
    contact_last_seen_at: 0,
    last_activity_at: epoch(now),
    timestamp: epoch(now),
    created_at: started,
    updated_at: now.getTime() / 1000,
    account: ACCOUNT,
  };
}

function lastMessage(conversation: SampleConversation): object {
  const at = epoch(conversation.startedAt);
  return {
    id: messageId(conversation),
    content: conversation.text,
    account_id: ACCOUNT.id,
    inbox_id: conversation.inboxId,
    conversation_id: conversation.id,
    message_type: 0,
    created_at: at,
    updated_at: conversation.startedAt.toISOString(),
    private: false,
    status: 'sent',
    source_id: null,
    content_type: 'text',
    content_attributes: { in_reply_to: null },
    sender_type: 'Contact',
    sender_id: conversation.id + 9000,
    processed_message_content: conversation.text,
    conversation: { assignee_id: null, unread_count: 1, last_activity_at: at },
    sender: { ...contact(conversation), type: 'contact' },
  };
}

function contact({ id, customer }: SampleConversation): object {
  return {
    additional_attributes: { city: customer.city, country_code: customer.country },
    custom_attributes: { user_tier: 'gold' },
    email: customer.email,
    id: id + 9000,
    identifier: `u_${id}`,
    name: customer.name,
    phone_number: null,
    thumbnail: '',
    blocked: false,
  };
}

function messageId({ id }: SampleConversation): number {
  return id + 500_000;
}

function epoch(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}
