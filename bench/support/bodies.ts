import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { secrets } from './product.ts';

/** The alert of the seed. */
const seedAlert = {
  severity: 'high',
  reason: 'NEGATIVE_SENTIMENT',
  conversation_id: 12345,
  customer_name: 'John Doe',
  customer_email: 'john@example.com',
  message: 'THIS IS RIDICULOUS!!! WHERE IS MY PAYMENT???',
  timestamp: '2025-01-19T18:30:00Z',
  chatwoot_url: 'https://app.chatwoot.com/app/accounts/1/conversations/12345',
  additional_info: { user_id: 'user_123', order_id: 'order_456' },
};

/** The seed's alert as a signed webhook: the alert's own route waits for Telegram, which is another figure. */
export const alertWebhook = Buffer.from(JSON.stringify({ event: 'message_created', ...seedAlert }, null, 2));

/** A customer's message as Chatwoot sends it, 4 kB. */
export const chatwootMessage = readFileSync(
  join(import.meta.dirname, '../../test/fixtures/chatwoot/wire/webhook_message_created_incoming.body'),
);

/** Chatwoot's signature headers; good for five minutes. */
export function signed(body: Buffer): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const mac = createHmac('sha256', secrets.chatwoot).update(`${timestamp}.`).update(body).digest('hex');
  return { 'X-Chatwoot-Timestamp': timestamp, 'X-Chatwoot-Signature': `sha256=${mac}` };
}
