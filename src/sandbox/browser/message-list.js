import { byId, h } from './dom.js';
import { buttonKey, messageView } from './message-view.js';
import { act, olderMessages } from './server.js';
import { isPrivate, keyOf } from './store.js';
import { dayOf } from './time.js';

/**
 * @import { MessageNews, Store } from './store.js'
 * @import { WireMessage } from './protocol.ts'
 * @typedef {{
 *   reply: (message: WireMessage) => void;
 *   openFile: (message: WireMessage) => void;
 *   command: (text: string) => void;
 *   pressed: (press: string, button: string) => void;
 *   failed: (reason: string) => void;
 * }} Told
 */

const NEAR_END = 60;

/**
 * The messages of the open chat or topic.
 * @param {Store} store
 * @param {Told} told
 */
export function createMessageList(store, told) {
  const list = byId('messages');
  const toEnd = byId('to-end');
  const { state } = store;
  let isFetching = false;

  store.on(['everything', 'view', 'me'], showAll);
  store.on(['messages'], showChanges);
  store.on(['pressing'], markPressing);
  list.addEventListener('scroll', scrolled, { passive: true });
  list.addEventListener('click', clicked);
  list.addEventListener('keydown', walked);
  toEnd.addEventListener('click', () => scrollToEnd());
  // The drawer, the keyboard of a phone or a longer composer take height away: the end stays in sight.
  new ResizeObserver(() => state.atEnd && scrollToEnd()).observe(list);

  function showAll() {
    const messages = store.messagesHere();
    list.replaceChildren(...messages.flatMap((message, at) => withDay(message, messages[at - 1])), emptyNote(messages));
    regroup();
    scrollToEnd();
  }

  /** @param {MessageNews} news */
  function showChanges({ changed, deleted }) {
    const wasAtEnd = state.atEnd;
    const here = keyOf(state.view);
    const visible = new Map(store.messagesHere().map((message) => [message.id, message]));
    for (const { chatId, ids } of deleted)
      if (chatId === state.view.chatId) for (const id of ids) elementOf(id)?.remove();
    const mine = changed.filter((message) => keyOf(message) === here && visible.has(message.id));
    for (const message of mine) showOne(message);
    if (mine.length === 0 && deleted.length === 0) return;
    for (const one of list.querySelectorAll('[data-id]')) if (!visible.has(idOf(one))) one.remove();
    list.querySelector('.empty')?.remove();
    if (visible.size === 0) list.append(emptyNote([]));
    for (const day of list.querySelectorAll('.day:last-child, .day:has(+ .day)')) day.remove();
    regroup();
    if (wasAtEnd) scrollToEnd();
    else scrolled();
  }

  /** @param {WireMessage} message */
  function showOne(message) {
    const known = elementOf(message.id);
    const view = viewOf(message);
    if (known) {
      const focused = known.contains(document.activeElement) ? document.activeElement : undefined;
      known.replaceWith(view);
      if (message.edited) view.classList.add('just-edited');
      if (focused) refocus(view, focused);
      return;
    }
    view.classList.add('just-sent');
    const later = [...list.querySelectorAll('[data-id]')].find(
      (one) => Number(one.getAttribute('data-id')) > message.id,
    );
    if (later) later.before(view);
    else list.append(...withDay(message, previousOf(message), view));
  }

  /** @param {WireMessage} message */
  function viewOf(message) {
    const chat = store.chatHere();
    return messageView(message, { me: state.me, inGroup: !!chat && !isPrivate(chat), pressing: state.pressing });
  }

  /**
   * @param {WireMessage} message
   * @param {WireMessage | undefined} previous
   * @param {HTMLElement} [view]
   */
  function withDay(message, previous, view = viewOf(message)) {
    const day = dayOf(message.date);
    if (previous && dayOf(previous.date) === day) return [view];
    return [h('div', { class: 'day' }, h('span', {}, day)), view];
  }

  /** @param {WireMessage} message */
  function previousOf(message) {
    return store.messagesHere().findLast(({ id }) => id < message.id);
  }

  /** Neighbours by the same person stand together, with one name and one picture. */
  function regroup() {
    let previous = '';
    for (const child of list.children) {
      const from = child.getAttribute('data-from') ?? '';
      child.classList.toggle('follows', from !== '' && from !== '0' && from === previous);
      previous = from;
    }
  }

  /** @param {WireMessage[]} messages */
  function emptyNote(messages) {
    if (messages.length > 0) return '';
    const isOwn = store.chatHere()?.type === 'private';
    const what = isOwn
      ? 'Your private chat with Bellhop. Press Start to say hello.'
      : 'Nothing here yet. Send a sample, and its card appears.';
    return h('p', { class: 'empty' }, what);
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

  /** @param {Event} event */
  function clicked(event) {
    const target =
      event.target instanceof Element
        ? event.target.closest('[data-row],[data-reply],[data-jump],[data-file],[data-command]')
        : null;
    const message = target && messageOf(target);
    if (!target || !message) return;
    if (target.hasAttribute('data-row')) void press(message, target);
    else if (target.hasAttribute('data-reply')) told.reply(message);
    else if (target.hasAttribute('data-file')) told.openFile(message);
    else if (target.hasAttribute('data-command')) told.command(target.getAttribute('data-command') ?? '');
    else jumpTo(Number(target.getAttribute('data-jump')));
  }

  /** @param {WireMessage} message @param {Element} button */
  async function press(message, button) {
    const row = Number(button.getAttribute('data-row'));
    const col = Number(button.getAttribute('data-col'));
    const key = buttonKey(message, row, col);
    if (state.pressing.has(key)) return;
    store.setPressing(key, true);
    try {
      const { press } = await act({
        do: 'press',
        chatId: message.chatId,
        messageId: message.id,
        row,
        col,
        by: state.me,
      });
      told.pressed(String(press), key);
    } catch (error) {
      store.setPressing(key, false);
      told.failed(error instanceof Error ? error.message : String(error));
    }
  }

  /** @param {number} id */
  function jumpTo(id) {
    const view = elementOf(id);
    if (!view) return told.failed('That message is not loaded: scroll up to fetch older ones.');
    view.scrollIntoView({ block: 'center', behavior: 'smooth' });
    view.classList.remove('just-edited');
    requestAnimationFrame(() => view.classList.add('just-edited'));
    view.focus({ preventScroll: true });
  }

  /** @param {KeyboardEvent} event */
  function walked(event) {
    const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
    if (step === 0 || event.altKey) return;
    const all = /** @type {HTMLElement[]} */ ([...list.querySelectorAll('article')]);
    const at = all.findIndex((view) => view.contains(document.activeElement));
    const next = at < 0 ? all.at(-1) : all[at + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  function scrolled() {
    const left = list.scrollHeight - list.scrollTop - list.clientHeight;
    state.atEnd = left < NEAR_END;
    toEnd.hidden = state.atEnd;
    const unread = store.unread(state.view);
    byId('to-end-count').textContent = unread > 0 && !state.atEnd ? String(unread) : '';
    // On a phone the list of chats may stand in front of it.
    if (state.atEnd && list.clientHeight > 0) store.markRead();
    if (list.scrollTop < 200 && state.olderIn.has(keyOf(state.view))) void fetchOlder();
  }

  async function fetchOlder() {
    const { view } = state;
    const first = state.messages.get(keyOf(view))?.[0];
    if (isFetching || !first) return;
    isFetching = true;
    try {
      const { messages, more } = await olderMessages(view, first.id);
      store.prepend(view, messages, more);
      if (keyOf(view) !== keyOf(state.view)) return;
      const fromEnd = list.scrollHeight - list.scrollTop;
      const added = store.messagesHere().filter(({ id }) => id < first.id);
      list.querySelector('.day')?.remove();
      list.prepend(...added.flatMap((message, at) => withDay(message, added[at - 1])));
      regroup();
      list.scrollTop = list.scrollHeight - fromEnd;
    } catch (error) {
      told.failed(error instanceof Error ? error.message : String(error));
    } finally {
      isFetching = false;
    }
  }

  function scrollToEnd() {
    list.scrollTop = list.scrollHeight;
    scrolled();
  }

  /** @param {number} id */
  function elementOf(id) {
    const found = list.querySelector(`[data-id="${id}"]`);
    return found instanceof HTMLElement ? found : undefined;
  }

  /** @param {Element} inside */
  function messageOf(inside) {
    const id = Number(inside.closest('[data-id]')?.getAttribute('data-id'));
    return state.messages.get(keyOf(state.view))?.find((message) => message.id === id);
  }

  return { jumpTo };
}

/** @param {Element} element */
function idOf(element) {
  return Number(element.getAttribute('data-id'));
}

/**
 * After an edit the keyboard stays where it was: on the same button, else on its place, else on the message.
 * @param {HTMLElement} view
 * @param {Element} focused
 */
function refocus(view, focused) {
  const buttons = /** @type {HTMLElement[]} */ ([...view.querySelectorAll('a.key, button.key')]);
  const wanted =
    buttons.find((button) => button.textContent === focused.textContent) ??
    (focused.matches('.key') ? buttons[0] : undefined);
  (wanted ?? view).focus({ preventScroll: true });
}
