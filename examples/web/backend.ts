// Runs in the shop's backend (Node 20 or newer), behind its own sign-in.
import { createHmac } from 'node:crypto';

const bellhop = process.env['BELLHOP_URL'] ?? 'https://bellhop.example.com';
const sessionSecret = process.env['APP_SESSION_SECRET'] ?? '';
const contextKey = process.env['TAWK_CONTEXT_KEY'] ?? '';

type Customer = { id: string; email: string; tier: string; pastOrders: number; lifetimeValue: number };

/** Answers `/support/token`: proves to Bellhop who is signed in. Any JWT library does the same. */
export function identityToken(customer: Customer): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const expires = Math.floor(Date.now() / 1000) + 300;
  const unsigned = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: customer.id, email: customer.email, exp: expires })}`;
  return `${unsigned}.${createHmac('sha256', sessionSecret).update(unsigned).digest('base64url')}`;
}

/** Answers `/support/context`: signs what the browser sent, with what only the backend knows, and passes it on. */
export async function passContext(
  customer: Customer,
  sent: { chatId: string | null; attributes: Record<string, unknown> },
): Promise<void> {
  const body = JSON.stringify({
    ...(sent.chatId && { chatId: sent.chatId }),
    email: customer.email,
    attributes: {
      ...sent.attributes,
      // Last, so that a visitor cannot claim to be somebody else.
      user_id: customer.id,
      user_tier: customer.tier,
      past_orders: customer.pastOrders,
      lifetime_value: customer.lifetimeValue,
    },
  });
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', contextKey).update(`${timestamp}.${body}`).digest('hex');
  const response = await fetch(`${bellhop}/api/v1/tawk/context`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'X-Bellhop-Timestamp': timestamp,
      'X-Bellhop-Signature': `sha256=${signature}`,
    },
    body,
  });
  if (!response.ok) throw new Error(`Bellhop did not take the context: ${response.status} ${await response.text()}`);
}
