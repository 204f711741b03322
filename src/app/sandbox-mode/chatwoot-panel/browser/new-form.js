import { byId, h } from './dom.js';

/** @import { PanelState } from './protocol.ts' */

const NAMES = ['Jane Doe', 'Kenji Watanabe', 'Grace Adeyemi', 'Tomás Herrera', 'Priya Nair', 'Lena Fischer'];

/**
 * @param {(action: object) => Promise<number | undefined>} act
 * @param {(id: number) => void} open
 */
export function createNewForm(act, open) {
  const button = byId('new', HTMLButtonElement);
  const form = byId('new-form', HTMLFormElement);
  const customer = byId('new-customer', HTMLInputElement);
  const inbox = byId('new-inbox', HTMLSelectElement);
  const text = byId('new-text', HTMLTextAreaElement);
  let turn = 0;

  /** @param {boolean} isShown */
  function show(isShown) {
    form.hidden = !isShown;
    button.setAttribute('aria-expanded', String(isShown));
    if (!isShown) return;
    customer.value = NAMES[turn % NAMES.length] ?? '';
    text.value = 'Hello! Where is my order?';
    text.focus();
    text.select();
  }

  button.addEventListener('click', () => show(form.hidden !== false));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const action = { do: 'open', customer: customer.value, inboxId: Number(inbox.value), text: text.value };
    const id = await act(action);
    if (id === undefined) return;
    turn += 1;
    show(false);
    open(id);
  });

  return {
    /** @param {PanelState['inboxes']} inboxes */
    draw(inboxes) {
      if (inbox.options.length === inboxes.length) return;
      // A press before this would do nothing.
      button.disabled = false;
      inbox.replaceChildren(...inboxes.map(({ id, name }) => h('option', { value: id }, name)));
    },
  };
}
