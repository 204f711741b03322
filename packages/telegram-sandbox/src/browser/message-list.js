import { byId, h } from './dom.js';
import { buttonKey, messageView } from './message-view.js';
import { olderMessages } from './server.js';
import { isPrivate } from './store.js';
import { keyOf } from './views.js';
import { dayOf } from './time.js';

/**
 * @import { Store } from './store.js'
 * @import { WireMessage } from './protocol.ts'
 */

/** Pixels from the end that still count as being there. */
const NEAR_END = 60;
const NEAR_START = 200;
/** Changes within this time, in milliseconds, are drawn together, so that the page stays responsive. */
const SHORTEST_PAUSE = 30;
const PAUSE_PER_DRAWING = 4;

/**
 * The messages of the open chat or topic.
 * @param {Store} store
 * @param {{ failed: (reason: string) => void }} on
 */
export function createMessageList(store, on) {
  const list = byId('messages');
  const toEnd = byId('to-end');
  const { state } = store;
  /** @type {Map<number, HTMLElement>} */
  const views = new Map();
  /** @type {Map<number, WireMessage>} What each view shows. */
  const shown = new Map();
  let isFetching = false;
  let isDue = false;
  let pause = SHORTEST_PAUSE;

  store.on(['everything', 'view', 'me'], drawAnew);
  store.on(['messages'], () => {
    if (isDue) return;
    isDue = true;
    setTimeout(drawChanges, pause);
  });
  store.on(['pressing'], markPressing);
  list.addEventListener('scroll', scrolled, { passive: true });
  toEnd.addEventListener('click', scrollToEnd);
  // The drawer, the keyboard of a phone or a longer composer take height away: the end stays visible.
  new ResizeObserver(() => state.atEnd && scrollToEnd()).observe(list);

  function drawAnew() {
    views.clear();
    shown.clear();
    list.replaceChildren();
    drawMessages('');
    scrollToEnd();
  }

  function drawChanges() {
    // Replaced between press and release, a button would lose its click.
    if (list.querySelector('button:active')) return void setTimeout(drawChanges, pause);
    isDue = false;
    const began = performance.now();
    const wasAtEnd = state.atEnd;
    if (drawMessages('just-sent') && wasAtEnd) scrollToEnd();
    else scrolled();
    pause = Math.max(SHORTEST_PAUSE, (performance.now() - began) * PAUSE_PER_DRAWING);
  }

  /** @param {string} arrival What new ones look like at first. @returns {boolean} Whether anything was to be drawn. */
  function drawMessages(arrival) {
    const messages = store.messagesHere();
    const stale = messages.filter((message) => shown.get(message.id) !== message);
    const ids = new Set(messages.map(({ id }) => id));
    const gone = [...views.keys()].filter((id) => !ids.has(id));
    if (stale.length === 0 && gone.length === 0 && list.hasChildNodes()) return false;

    for (const id of gone) forget(id);
    /** @type {HTMLElement | undefined} */
    let previous;
    for (const message of messages) previous = place(message, previous, arrival);
    arrange();
    list.querySelector('.empty')?.remove();
    if (messages.length === 0) list.append(emptyNote());
    return true;
  }

  /** @param {number} id */
  function forget(id) {
    views.get(id)?.remove();
    views.delete(id);
    shown.delete(id);
  }

  /**
   * @param {WireMessage} message
   * @param {HTMLElement | undefined} previous
   * @param {string} arrival
   */
  function place(message, previous, arrival) {
    const known = views.get(message.id);
    if (known && shown.get(message.id) === message) return known;
    const chat = store.chatHere();
    const view = messageView(message, { me: state.me, inGroup: !!chat && !isPrivate(chat), pressing: state.pressing });
    views.set(message.id, view);
    shown.set(message.id, message);
    if (known) {
      const focused = known.contains(document.activeElement) ? document.activeElement : undefined;
      known.replaceWith(view);
      if (message.edited) view.classList.add('just-edited');
      if (focused) refocus(view, focused);
    } else {
      if (arrival) view.classList.add(arrival);
      if (previous) previous.after(view);
      else list.prepend(view);
    }
    return view;
  }

  /** Days between messages; neighbours by the same person together, with one name and one picture. */
  function arrange() {
    for (const day of list.querySelectorAll('.day')) day.remove();
    let day = '';
    let from = '';
    for (const [id, view] of [...views].toSorted(([a], [b]) => a - b)) {
      const date = shown.get(id)?.date ?? 0;
      const its = new Date(date * 1000).toDateString();
      if (its !== day) view.before(h('div', { class: 'day' }, h('span', {}, dayOf(date))));
      const sender = view.getAttribute('data-from') ?? '';
      view.classList.toggle('follows', sender !== '0' && sender === from && its === day);
      day = its;
      from = sender;
    }
  }

  function emptyNote() {
    const isOwn = store.chatHere()?.type === 'private';
    const ownChat = `Your private chat with ${store.state.bot.name}. Press Start to begin.`;
    return h('p', { class: 'empty' }, isOwn ? ownChat : 'No messages yet.');
  }

  function markPressing() {
    for (const button of list.querySelectorAll('button.key')) {
      const message = messageOf(button);
      if (!message) continue;
      const key = buttonKey(message, Number(button.getAttribute('data-row')), Number(button.getAttribute('data-col')));
      if (state.pressing.has(key)) button.setAttribute('aria-busy', 'true');
      else button.removeAttribute('aria-busy');
    }
  }

  function scrolled() {
    const left = list.scrollHeight - list.scrollTop - list.clientHeight;
    state.atEnd = left < NEAR_END;
    toEnd.hidden = state.atEnd;
    const unread = state.atEnd ? 0 : store.unread(state.view);
    byId('to-end-count').textContent = unread > 0 ? String(unread) : '';
    // On a phone the list of chats may stand in front of it.
    if (state.atEnd && list.clientHeight > 0) store.markRead();
    if (list.scrollTop < NEAR_START && state.olderIn.has(keyOf(state.view))) void fetchOlder();
  }

  async function fetchOlder() {
    const { view } = state;
    const first = state.messages.get(keyOf(view))?.[0];
    if (isFetching || !first) return;
    isFetching = true;
    try {
      const { messages, more } = await olderMessages(view, first.id);
      // The list may have been replaced meanwhile.
      if (state.messages.get(keyOf(view))?.[0] !== first) return;
      store.prepend(view, messages, more);
      if (keyOf(view) !== keyOf(state.view)) return;
      const fromEnd = list.scrollHeight - list.scrollTop;
      drawMessages('');
      list.scrollTop = list.scrollHeight - fromEnd;
    } catch (error) {
      on.failed(error instanceof Error ? error.message : String(error));
    } finally {
      isFetching = false;
    }
  }

  function scrollToEnd() {
    list.scrollTop = list.scrollHeight;
    scrolled();
  }

  /** @param {Element} inside */
  function messageOf(inside) {
    return shown.get(Number(inside.closest('[data-id]')?.getAttribute('data-id')));
  }

  return {
    list,
    messageOf,
    /** @param {number} id */
    viewOf: (id) => views.get(id),
  };
}

/**
 * After an edit the keyboard stays where it was: on the same button, else on its place, else on the message.
 * @param {HTMLElement} view
 * @param {Element} focused
 */
function refocus(view, focused) {
  const buttons = /** @type {HTMLElement[]} */ ([...view.querySelectorAll('a.key, button.key')]);
  const same = buttons.find((button) => button.textContent === focused.textContent);
  const wanted = same ?? (focused.matches('.key') ? buttons[0] : undefined);
  (wanted ?? view).focus({ preventScroll: true });
}
