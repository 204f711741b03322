import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Message } from 'telegram-sandbox';
import { SEED } from '../src/app/sandbox-mode/seed.ts';
import {
  fetchReady,
  forgetEverything,
  postAlert,
  postChatwoot,
  postChatwootByKey,
  postTawk,
  type Product,
  quiet,
  startProduct,
} from './support/product.ts';

/**
 * What becomes of a body when it is the first thing ever heard of its conversation. What is not listed becomes a card.
 * `recorded`: kept, nothing to show, and the answer says so. `silent`: might have shown, had we known the conversation.
 */
const chatwoot: Record<string, string> = {
  agentbot_conversation_resolved: 'silent: unknown conversation, resolved in Chatwoot',
  agentbot_conversation_status_changed: 'silent: unknown conversation, pending in Chatwoot',
  agentbot_message_created: 'recorded: with-bot',
  webhook_conversation_created_pending_bot: 'silent: unknown conversation, pending in Chatwoot',
  webhook_conversation_status_changed_pending: 'silent: unknown conversation, pending in Chatwoot',
  webhook_conversation_status_changed_resolved: 'silent: unknown conversation, resolved in Chatwoot',
  webhook_conversation_status_changed_snoozed: 'silent: unknown conversation, snoozed in Chatwoot',
  webhook_conversation_typing_on_contact: 'recorded: typing',
  webhook_conversation_updated_status_resolved: 'silent: unknown conversation, resolved in Chatwoot',
  webhook_inbox_updated_disconnected: 'processed: inbox-disconnected',
  webhook_message_created_agent_bot_input_select: 'recorded: bot-message',
  webhook_message_created_automation_null_sender: 'recorded: automation',
  webhook_message_created_captain_assistant_enterprise: 'recorded: bot-message',
  webhook_message_created_email_html_only_auto_reply: 'recorded: auto-reply',
  webhook_message_created_outgoing_agent: 'recorded: no open incidence',
  webhook_message_created_private_note: 'recorded: private-note',
  webhook_message_created_template_greeting: 'recorded: template',
  webhook_message_updated_deleted: 'recorded: no incidence of this conversation',
};

/** `drift`: kept, and the admins are told that we could not read it. */
const tawk: Record<string, string> = {
  'invalid__root-array.json': 'drift: not a JSON object',
  'invalid__root-null.json': 'drift: not a JSON object',
  'invalid__root-number.json': 'drift: not a JSON object',
  'invalid__root-string.json': 'drift: not a JSON object',
  'raw/empty.raw': 'drift: not JSON',
  'raw/truncated.raw': 'drift: not JSON',
  'raw/whitespace.raw': 'drift: not JSON',
  // Its incidence is closed, and no card shows it.
  'real__chat-start__agent-first.json': 'processed: null',
  'real__chat-start__missing-chatid.json': 'drift: no chat id',
  'real__chat-transcript__missing-chat.json': 'drift: no chat id',
  'real__ticket-create__missing-ticket.json': 'drift: no ticket id',
  'real__unknown-event__chat-message.json': 'drift: unknown event chat:message',
  'real__unknown-event__event-number.json': 'drift: no event name',
  'real__unknown-event__event-proto.json': 'drift: unknown event __proto__',
  'real__unknown-event__future.json': 'drift: unknown event chat:assigned',
  'real__unknown-event__missing-event.json': 'drift: no event name',
  'real__unknown-event__test.json': 'drift: unknown event test',
};

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());
beforeEach(() => forgetEverything(product));

/** Whatever came, Telegram accepts what follows at the first try, and the product stays ready. */
afterEach(async () => {
  expect(product.sandbox.refusals).toEqual([]);
  expect(product.sandbox.unknownParameters).toEqual([]);
  const unformatted = product.sandbox.calls.filter(
    ({ method, params }) =>
      /^(sendMessage|editMessageText|sendDocument)$/.test(method) && params['parse_mode'] !== 'HTML',
  );
  expect(unformatted).toEqual([]);
  const ready = await fetchReady(product);
  expect(ready.status, await ready.text()).toBe(200);
});

const fixtures = new URL('fixtures/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, fixtures));
const named = (folder: string, pattern: RegExp) =>
  readdirSync(new URL(folder, fixtures)).filter((name) => pattern.test(name));

describe('Chatwoot', () => {
  const names = named('chatwoot/', /^(agentbot|automation|macro|webhook).*\.json$/).map((name) =>
    name.replace('.json', ''),
  );

  test.each(names.map((name) => [name, chatwoot[name] ?? 'card'] as const))('%s → %s', async (name, outcome) => {
    const send = /^(automation|macro)/.test(name) ? postChatwootByKey : postChatwoot;
    const body = read(`chatwoot/${name}.json`);
    const { event } = JSON.parse(body.toString()) as { event: string };
    const message = outcome.startsWith('recorded') ? 'Webhook recorded' : 'Webhook forwarded to Telegram';

    const answer = { status: 200, body: { success: true, message, event } };
    expect(await send(product, read(`chatwoot/wire/${name}.body`))).toEqual(answer);
    expect(await outcomes()).toEqual([outcome.replace('silent', 'recorded')]);

    // The same event once more, under another delivery id and in other bytes.
    expect(await send(product, body)).toEqual(answer);
    expect(await outcomes()).toHaveLength(2);
    expect(await countCards()).toBe(outcome === 'card' ? 1 : 0);
  });

  test("the seed's alert becomes a card at its own address", async () => {
    const alert = JSON.parse(read('chatwoot/seed_custom_alert_high.json').toString()) as Record<string, unknown>;
    expect(await postAlert(product, alert)).toMatchObject({
      status: 200,
      body: { message: 'Alert forwarded to Telegram' },
    });
    expect(await outcomes()).toEqual(['card']);
  });

  test("the seed's alert is pointed there when it comes to the webhook, and kept", async () => {
    const answer = await postChatwoot(product, read('chatwoot/seed_custom_alert_high.json'));
    expect(answer).toMatchObject({ status: 422, body: { success: false, error: 'unprocessable' } });
    expect(answer.body['message']).toContain('go to POST /api/v1/chatwoot/alerts');
    expect(await outcomes()).toEqual(['drift: no event name']);
  });

  test("the seed's nested message becomes a card", async () => {
    await postChatwoot(product, read('chatwoot/seed_generic_webhook_wrong_shape.json'));
    expect(await outcomes()).toEqual(['card']);
    expect(lastText()).toContain('I need help with my payment');
  });
});

describe('Tawk', () => {
  const names = [...named('tawk/', /__.*\.json$/), ...named('tawk/raw/', /\.raw$/).map((name) => `raw/${name}`)];

  test.each(names.map((name) => [name, tawk[name] ?? 'card'] as const))('%s → %s', async (name, outcome) => {
    expect(await postTawk(product, read(`tawk/${name}`))).toEqual({ status: 200, body: { status: 'ok' } });
    expect(await outcomes()).toEqual([outcome]);
    if (outcome.startsWith('drift')) await expectAdminToldWhy(outcome.replace('drift: ', ''));
  });
});

/** What became of each stored body, oldest first. */
async function outcomes(): Promise<string[]> {
  await quiet(product);
  const events = await product.rows<{ state: string; reason: string; shown: boolean }>(`
    select state, reason, exists (select from cards where cards.incidence_id = inbound_events.incidence_id) as shown
    from inbound_events order by id`);
  return events.map(({ state, reason, shown }) => {
    if (state === 'ignored') return `recorded: ${reason}`;
    return state === 'processed' && shown ? 'card' : `${state}: ${reason}`;
  });
}

/** In private, and nothing of it in the team's chat. */
async function expectAdminToldWhy(reason: string): Promise<void> {
  const { sandbox, chatId } = product;
  const notes = () => sandbox.messages(SEED.carla).filter(({ text }) => text?.includes(reason));
  await sandbox.waitFor(() => notes().length > 0, { what: `a note to the admin: ${reason}` });
  expect(sandbox.messages(chatId).filter(({ text }) => text?.includes('could not be understood'))).toEqual([]);
}

async function countCards(): Promise<number> {
  const [cards] = await product.rows<{ count: string }>('select count(*) from cards');
  return Number(cards?.count);
}

function lastText(): Message['text'] {
  return product.sandbox.messages(product.chatId).at(-1)?.text;
}
