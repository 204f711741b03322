import { h } from './dom.js';

/** @import { PanelMessage } from './protocol.ts' */

/** @param {PanelMessage} message */
export function messageView({ kind, from, isFromTelegram, text, files, status, error, at }) {
  if (kind === 'activity') return h('li', { class: 'activity' }, text);
  const sent = kind === 'agent' && (status === 'failed' ? `failed: ${error ?? 'no reason given'}` : status);
  return h(
    'li',
    { class: `message ${kind}` },
    h(
      'p',
      { class: 'who' },
      h('b', {}, from ?? 'Chatwoot'),
      kind === 'note' && h('span', {}, 'private note'),
      isFromTelegram && h('span', { class: 'chip telegram' }, 'from Telegram'),
    ),
    text && h('p', { class: 'said', dir: 'auto' }, text),
    ...files.map((name) => h('p', { class: 'file' }, `📎 ${name}`)),
    h(
      'p',
      { class: 'meta' },
      h('time', { datetime: new Date(at).toISOString() }, new Date(at).toLocaleTimeString([], { timeStyle: 'short' })),
      sent && h('span', { class: status === 'failed' ? 'failed' : '' }, sent),
    ),
  );
}
