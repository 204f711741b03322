import { byId, h, icon } from './dom.js';
import { messageView } from './message.js';

/** @import { PanelConversation } from './protocol.ts' */

/**
 * One conversation: its messages, and what can be done with it.
 * @param {(action: object) => Promise<number | undefined>} act
 * @param {() => void} close
 */
export function createConversationView(act, close) {
  const section = byId('open');
  const toggle = byId('toggle');
  const priority = byId('priority', HTMLSelectElement);
  const label = byId('label', HTMLInputElement);
  const messages = byId('messages');
  const composer = byId('composer', HTMLFormElement);
  const text = byId('text', HTMLTextAreaElement);
  /** @type {PanelConversation | undefined} */
  let shown;
  byId('back').append(icon('back'));
  composer.querySelector('.send')?.append(icon('send'));

  byId('back').addEventListener('click', close);
  toggle.addEventListener('click', () => {
    if (shown) void act({ do: 'status', id: shown.id, status: shown.status === 'open' ? 'resolved' : 'open' });
  });
  priority.addEventListener('change', () => {
    if (shown) void act({ do: 'priority', id: shown.id, priority: priority.value || null });
  });
  byId('label-form').addEventListener('submit', async (event) => {
    event.preventDefault();
    if (!shown || !label.value.trim()) return;
    const id = await act({ do: 'add-label', id: shown.id, label: label.value });
    if (id !== undefined) label.value = '';
  });
  byId('labels').addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('button') : null;
    if (shown && button) void act({ do: 'remove-label', id: shown.id, label: button.dataset['label'] });
  });
  composer.addEventListener('submit', (event) => {
    event.preventDefault();
    void send();
  });
  text.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void send();
  });

  async function send() {
    if (!shown || !text.value.trim()) return;
    const as = new FormData(composer).get('as');
    const id = await act({ do: 'write', id: shown.id, as, text: text.value });
    if (id !== undefined) text.value = '';
  }

  /** @param {PanelConversation} conversation */
  function drawMessages(conversation) {
    const isOther = shown?.id !== conversation.id;
    const isAtEnd = messages.scrollHeight - messages.scrollTop - messages.clientHeight < 60;
    messages.replaceChildren(...conversation.messages.map(messageView));
    if (isOther || isAtEnd) messages.scrollTop = messages.scrollHeight;
  }

  return {
    /** @param {PanelConversation | undefined} conversation */
    draw(conversation) {
      section.hidden = conversation === undefined;
      if (conversation) {
        const { id, customer, inbox, status, assignee } = conversation;
        byId('name').textContent = customer.name;
        byId('about').textContent = [`#${id}`, inbox, status, assignee && `assigned to ${assignee}`]
          .filter(Boolean)
          .join(' · ');
        toggle.textContent = status === 'open' ? 'Resolve' : 'Reopen';
        priority.value = conversation.priority ?? '';
        byId('labels').replaceChildren(...conversation.labels.map(labelChip));
        drawMessages(conversation);
      }
      shown = conversation;
    },
  };
}

/** @param {string} label */
function labelChip(label) {
  const name = `Remove the label ${label}`;
  return h(
    'li',
    { class: 'chip' },
    label,
    h('button', { type: 'button', 'data-label': label, 'aria-label': name, title: name }, '×'),
  );
}
