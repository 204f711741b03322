import { avatar, byId, h, hueOf, icon } from './dom.js';
import { isPrivate } from './store.js';
import { keyOf } from './views.js';
import { timeOf } from './time.js';

/**
 * @import { Store } from './store.js'
 * @import { View } from './views.js'
 * @import { WireChat, WireMessage } from './protocol.ts'
 */

/**
 * Chats and topics, each with its last message and the number of unread ones.
 * @param {Store} store
 * @param {(view: View) => void} open
 */
export function createChatList(store, open) {
  const list = byId('chat-list');
  const { state } = store;
  let isDue = false;

  store.on(['everything', 'messages', 'chats', 'view', 'me', 'read'], () => {
    // However many messages arrive, the list is drawn once a frame.
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(draw);
  });
  list.addEventListener('click', (event) => {
    const row = event.target instanceof Element ? event.target.closest('[data-chat]') : null;
    if (row) open(viewOf(row));
  });
  list.addEventListener('keydown', ({ key }) => {
    if (key === 'ArrowDown' || key === 'ArrowUp') walk(key === 'ArrowDown' ? 1 : -1);
  });

  function draw() {
    isDue = false;
    const focused = document.activeElement?.getAttribute('data-key');
    list.replaceChildren(...myChats().map(chatView));
    if (!focused) return;
    const again = list.querySelector(`[data-key="${focused}"]`);
    if (again instanceof HTMLElement) again.focus({ preventScroll: true });
  }

  function myChats() {
    return state.chats.filter((chat) => !isPrivate(chat) || chat.id === state.me);
  }

  /** @param {WireChat} chat */
  function chatView(chat) {
    if (!chat.forum) return h('li', {}, rowView(chat, { chatId: chat.id }, chat.title));
    const topics = [
      rowView(chat, { chatId: chat.id }, 'General', { isClosed: chat.generalClosed }),
      ...chat.topics.map(({ threadId, name, closed }) =>
        rowView(chat, { chatId: chat.id, threadId }, name, { isClosed: closed }),
      ),
    ];
    return h(
      'li',
      { class: 'forum' },
      h(
        'div',
        { class: 'forum-title' },
        avatar(chat.id, chat.title),
        h('span', {}, chat.title),
        h('small', {}, 'topics'),
      ),
      h('ul', { 'aria-label': `Topics of ${chat.title}` }, ...topics.map((row) => h('li', {}, row))),
    );
  }

  /**
   * @param {WireChat} chat
   * @param {View} view
   * @param {string} name
   * @param {{ isClosed?: boolean }} [topic]
   */
  function rowView(chat, view, name, topic) {
    const key = keyOf(view);
    const last = (state.messages.get(key) ?? []).findLast(
      ({ ephemeralFor }) => ephemeralFor === undefined || ephemeralFor === state.me,
    );
    const unread = store.unread(view);
    const mark = topic
      ? h('span', { class: `topic-mark hue-${hueOf(view.threadId ?? 1)}`, 'aria-hidden': 'true' }, '#')
      : undefined;
    return h(
      'button',
      {
        type: 'button',
        class: 'chat-row',
        'data-chat': chat.id,
        'data-thread': view.threadId,
        'data-key': key,
        'aria-current': key === keyOf(state.view) ? 'true' : undefined,
      },
      mark ?? avatar(chat.id, name, isPrivate(chat) ? 'bot' : 'person'),
      h(
        'span',
        { class: 'chat-words' },
        h(
          'span',
          { class: 'chat-title' },
          h('b', { dir: 'auto' }, name),
          topic?.isClosed && icon('lock'),
          last && h('time', {}, timeOf(last.date)),
        ),
        h(
          'span',
          { class: 'chat-last' },
          h('span', { dir: 'auto' }, last ? lastWords(last, state.me) : 'No messages yet'),
          unread > 0 &&
            h('span', { class: 'badge', 'aria-label': `${unread} unread` }, unread > 99 ? '99+' : String(unread)),
        ),
      ),
    );
  }

  /** @param {number} step */
  function walk(step) {
    const rows = /** @type {HTMLElement[]} */ ([...list.querySelectorAll('.chat-row')]);
    const at = rows.findIndex((row) => row === document.activeElement);
    rows[at + step]?.focus();
  }

  return {
    /** @param {number} step The next chat or topic, or the one before. */
    go(step) {
      const rows = [...list.querySelectorAll('.chat-row')];
      const at = rows.findIndex((row) => row.getAttribute('aria-current') === 'true');
      const next = rows[(at + step + rows.length) % rows.length];
      if (next) open(viewOf(next));
    },
  };
}

/** @param {Element} row @returns {View} */
function viewOf(row) {
  const thread = row.getAttribute('data-thread');
  return { chatId: Number(row.getAttribute('data-chat')), ...(thread ? { threadId: Number(thread) } : {}) };
}

/** @param {WireMessage} message @param {number} me */
export function lastWords(message, me) {
  if (message.service) return message.service;
  const what =
    message.text ?? message.document?.name ?? (message.photo ? 'Photo' : message.rich ? 'Rich message' : 'Message');
  return `${message.fromId === me ? 'You' : message.fromName.split(' ')[0]}: ${what.slice(0, 120).replaceAll('\n', ' ')}`;
}
