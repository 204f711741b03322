import { openChat } from './chat.ts';
import type { Product } from './product.ts';

/** The code of the link that the bot sends to this person in private. */
export async function dashboardCode(product: Pick<Product, 'sandbox'>, by: number): Promise<string> {
  const privately = openChat(product, by);
  const seen = new Set(privately.messages().map((message) => message.message_id));
  privately.typed('/dashboard', by);
  const answer = await product.sandbox.waitFor(
    () => privately.messages().find((message) => message.from.is_bot && !seen.has(message.message_id)),
    { what: 'a link to the dashboard' },
  );
  return /#code=([\w-]+)/.exec(JSON.stringify(answer))?.[1] ?? '';
}
