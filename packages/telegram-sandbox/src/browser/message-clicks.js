import { buttonKey } from './message-view.js';
import { act } from './server.js';

/**
 * @import { Store } from './store.js'
 * @import { WireMessage } from './protocol.ts'
 * @typedef {{
 *   list: HTMLElement;
 *   messageOf: (inside: Element) => WireMessage | undefined;
 *   viewOf: (id: number) => HTMLElement | undefined;
 * }} List
 * @typedef {{
 *   reply: (message: WireMessage) => void;
 *   openFile: (message: WireMessage) => void;
 *   command: (text: string) => void;
 *   pressed: (press: string, button: string) => void;
 *   failed: (reason: string) => void;
 * }} Handlers
 */

const CLICKABLE = '[data-row],[data-reply],[data-jump],[data-file],[data-command]';

/**
 * What is done with messages: pressing their buttons, replying, opening, walking through them by arrow keys.
 * @param {Store} store
 * @param {List} messages
 * @param {Handlers} on
 */
export function createMessageClicks(store, { list, messageOf, viewOf }, on) {
  list.addEventListener('click', ({ target }) => {
    const clicked = target instanceof Element ? target.closest(CLICKABLE) : null;
    const message = clicked && messageOf(clicked);
    if (!clicked || !message) return;
    if (clicked.hasAttribute('data-row')) void press(message, clicked);
    else if (clicked.hasAttribute('data-reply')) on.reply(message);
    else if (clicked.hasAttribute('data-file')) on.openFile(message);
    else if (clicked.hasAttribute('data-command')) on.command(clicked.getAttribute('data-command') ?? '');
    else jumpTo(Number(clicked.getAttribute('data-jump')));
  });

  list.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
    if (step === 0 || event.altKey) return;
    const all = /** @type {HTMLElement[]} */ ([...list.querySelectorAll('article')]);
    const at = all.findIndex((view) => view.contains(document.activeElement));
    const next = at < 0 ? all.at(-1) : all[at + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });

  /** @param {WireMessage} message @param {Element} button */
  async function press(message, button) {
    const row = Number(button.getAttribute('data-row'));
    const col = Number(button.getAttribute('data-col'));
    const key = buttonKey(message, row, col);
    const { chatId, id: messageId } = message;
    if (store.state.pressing.has(key)) return;
    store.setPressing(key, true);
    try {
      const { press } = await act({ do: 'press', chatId, messageId, row, col, by: store.state.me });
      on.pressed(String(press), key);
    } catch (error) {
      store.setPressing(key, false);
      on.failed(error instanceof Error ? error.message : String(error));
    }
  }

  /** @param {number} id */
  function jumpTo(id) {
    const view = viewOf(id);
    if (!view) return on.failed('That message is not loaded: scroll up to fetch older ones.');
    view.scrollIntoView({ block: 'center' });
    view.classList.remove('just-edited');
    requestAnimationFrame(() => view.classList.add('just-edited'));
    view.focus({ preventScroll: true });
  }
}
