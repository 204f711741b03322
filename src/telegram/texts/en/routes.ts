import { html } from '../../views/html.ts';

const example = html`<code>/route tawk high+</code>`;

/** /route and /routes: which chat or topic gets what. */
export const routes = {
  leadsOnly: html`Only leads and admins can see and change what goes where. Ask one of them, or ask an admin to make you a lead.`,
  usage: html`Type /route and what should come to this chat or topic, for example ${example}.
Conditions: <code>chatwoot</code>, <code>tawk</code>, <code>alert</code>, <code>critical</code>, <code>high+</code> (high and worse), <code>inbox:"Website chat"</code>, <code>property:Shop</code>, <code>tag:vip</code>, <code>pre-order</code>, <code>post-order</code>. Several narrow together; several routes of one place add up. <code>/route off</code> removes the routes of this place.`,
  unknown: (word: string) => html`“${word}” is not a condition.`,
  unnamed: (word: string) =>
    html`“${word}” has no name. Put it directly after the colon, for example <code>tag:vip</code>.`,
  unclosedQuote: html`A quotation mark is not closed.`,
  contradiction: (one: string, other: string) =>
    html`Nothing is both <code>${one}</code> and <code>${other}</code>. To get either, send two /route commands.`,
  added: (conditions: string, got: number, of: number) =>
    of === 0
      ? html`✅ <code>${conditions}</code> now comes here.`
      : html`✅ <code>${conditions}</code> now comes here. In the last 7 days this place would have got ${got} of ${of}.`,
  /** The chat got nothing before. */
  opened: html`Members of this chat can now act on its cards.`,
  noDefault: html`What no route matches waits: no default chat is set.`,
  known: (conditions: string) => html`<code>${conditions}</code> comes here already.`,
  full: (most: number) => html`There are ${most} routes, which is the limit. Remove some first: /routes`,
  hereAlready: (conditions: string) => html`Comes here now: ${conditions}`,
  removed: (conditions: string) => html`✅ Removed: ${conditions}`,
  noneHere: html`No route leads here. /routes lists them all.`,
  none: html`There are no routes: everything goes to the default chat. To change that, type /route in another chat or topic, for example ${example}.`,
  title: (count: number) => html`🔀 <b>Routes: ${count}</b>`,
  line: (number: number, conditions: string, place: string) => html`${number}. <code>${conditions}</code> → ${place}`,
  lost: (reason: string) =>
    html`⚠️ accepts no messages (${reason}); its cards go to the default chat. Once it is back, send /route there again.`,
  rest: html`Everything else goes to the default chat.`,
  topic: (chat: string, topic: string) => `${chat} › ${topic}`,
  unnamedTopic: (threadId: number) => `topic ${threadId}`,
  privateChat: (name: string) => `${name}, in private`,
  remove: (number: number) => `Remove ${number}`,
  undo: 'Undo',
  undone: (change: string) => html`↩️ Undone: ${change}`,
  topicLost: (title: string, reason: string) =>
    html`⚠️ <b>${title}</b> accepts no more messages (${reason}). What was routed there comes to the default chat. Once it is back, send /route there again; /routes removes it.`,
  toasts: {
    leadsOnly: 'Only leads and admins can change this.',
    removed: 'Removed',
    alreadyRemoved: 'Already removed',
    undone: 'Undone',
    notUndone: {
      'not-allowed': 'Only admins can change who has which role.',
      'changed-since': 'It has changed since then, so nothing was undone. /settings shows what is set now.',
      used: 'Nothing was undone: somebody joined with this link already. /team shows who, /remove takes them off the team.',
      expired: 'There is nothing to undo: this link has expired.',
    },
  },
};
