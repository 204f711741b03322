import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openChat } from './support/chat.ts';
import { postTawk, type Product, startProduct } from './support/product.ts';
import { patiently } from './support/wait.ts';

// The backend of the guide for shops, as it is, against the product.
let product: Product;
let backend: typeof import('../examples/web/backend.ts');
const asha = { id: 'user_1', email: 'asha@example.com', tier: 'GOLD', pastOrders: 15, lifetimeValue: 150_000 };
beforeAll(async () => {
  const secrets = {
    APP_SESSION_SECRET: 'test-session-secret-0123456789abcdef',
    TAWK_CONTEXT_KEY: 'test-context-key-0123456789abcdef',
  };
  product = await startProduct({ env: { ...secrets, TAWK_JS_API_KEY: 'test-javascript-api-key' } });
  for (const [name, value] of Object.entries({ ...secrets, BELLHOP_URL: product.baseUrl })) vi.stubEnv(name, value);
  backend = await import('../examples/web/backend.ts');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await product.stop();
});

test('its identity token is accepted', async () => {
  const authorization = `Bearer ${backend.identityToken(asha)}`;
  const response = await fetch(`${product.baseUrl}/api/tawk-hash`, { headers: { authorization } });
  expect(await response.json()).toMatchObject({ email: asha.email, userId: asha.id });
});

test('what it passes on reaches the card of the chat', async () => {
  const chat = JSON.parse(readFileSync(new URL('fixtures/tawk/real__chat-start__basic.json', import.meta.url), 'utf8'));
  const chatId = 'shop-backend-chat';
  await postTawk(product, JSON.stringify({ ...chat, chatId, visitor: { ...chat.visitor, email: asha.email } }));
  const team = openChat(product);
  await product.sandbox.waitFor(() => team.messages().length > 0, patiently);
  const attributes = { current_screen: 'CHECKOUT', cart_value: 25_000, user_tier: 'FORGED' };
  await backend.passContext(asha, { chatId, attributes });
  const shows = (words: string) => team.card(1).text?.includes(words);
  await product.sandbox.waitFor(() => shows('CHECKOUT') && shows('GOLD'), patiently);
  expect(team.card(1).text).not.toContain('FORGED');
});
