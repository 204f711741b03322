import { byId, h } from './dom.js';
import { exactTimeOf } from './time.js';

/**
 * @import { Store } from './store.js'
 * @import { WireCall } from './protocol.ts'
 */

const SHOWN = 150;

/**
 * What the bot called, newest first, refusals in red. Drawn only while it is looked at.
 * @param {Store} store
 */
export function createLog(store) {
  const list = byId('calls');
  const onlyRefused = byId('only-refused', HTMLInputElement);
  const { state } = store;
  let isShown = false;
  let isDue = false;
  /** @type {Set<number>} */
  const opened = new Set();

  store.on(['everything', 'calls'], () => {
    const badge = byId('refusals');
    badge.hidden = state.refusals === 0;
    badge.textContent = state.refusals > 999 ? '999+' : String(state.refusals);
    badge.setAttribute('aria-label', `${state.refusals} refused`);
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(draw);
  });
  onlyRefused.addEventListener('change', draw);

  function draw() {
    isDue = false;
    if (!isShown) return;
    const wanted = state.calls.filter(({ ok }) => !ok || !onlyRefused.checked).slice(-SHOWN);
    const kept = new Map([...list.children].map((view) => [view.getAttribute('data-call'), view]));
    list.replaceChildren(...wanted.toReversed().map((call) => kept.get(String(call.id)) ?? callView(call)));
    if (wanted.length === 0)
      list.append(h('p', { class: 'empty-log' }, onlyRefused.checked ? 'Nothing was refused.' : 'No calls yet.'));
  }

  /** @param {WireCall} call */
  function callView({ id, method, at, ok, code, description, fault, params, chatId, threadId }) {
    const view = h(
      'details',
      { class: `call ${ok ? 'fine' : 'bad'}`, 'data-call': id },
      h(
        'summary',
        {},
        h('time', {}, exactTimeOf(at)),
        h('b', {}, method),
        h('span', { class: 'call-where' }, chatNameOf(chatId, threadId)),
        h('span', { class: 'call-status' }, ok ? 'ok' : String(code ?? 'failed')),
        !ok && description && h('span', { class: 'call-why' }, description),
        fault && h('span', { class: 'call-why' }, `(${fault} on demand)`),
      ),
    );
    // Parameters are laid out only when somebody asks.
    view.addEventListener('toggle', () => {
      if (!view.open || opened.has(id)) return;
      opened.add(id);
      view.append(h('pre', { tabindex: 0 }, params));
    });
    return view;
  }

  /** @param {number | undefined} chatId @param {number | undefined} threadId */
  function chatNameOf(chatId, threadId) {
    const chat = state.chats.find(({ id }) => id === chatId);
    const topic = chat?.topics.find((one) => one.threadId === threadId)?.name;
    const person = chat?.type === 'private' ? state.people.find(({ id }) => id === chatId)?.firstName : undefined;
    return topic ?? person ?? chat?.title ?? (chatId === undefined ? '' : String(chatId));
  }

  return {
    /** @param {boolean} shown */
    show(shown) {
      isShown = shown;
      draw();
    },
  };
}
