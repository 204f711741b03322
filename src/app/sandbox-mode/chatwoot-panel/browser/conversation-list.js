import { avatar, byId, h } from './dom.js';
import { statusChip } from './chips.js';

/** @import { PanelConversation } from './protocol.ts' */

/** @param {(id: number) => void} open */
export function createConversationList(open) {
  const place = byId('conversations');
  place.addEventListener('click', ({ target }) => {
    const row = target instanceof Element ? target.closest('button') : null;
    if (row) open(Number(row.dataset['id']));
  });

  /** @param {PanelConversation} conversation @param {boolean} isOpen */
  function row({ id, customer, inbox, messages, labels, ...rest }, isOpen) {
    const said = messages.findLast(({ kind }) => kind !== 'activity');
    return h(
      'li',
      {},
      h(
        'button',
        { type: 'button', class: 'row', 'data-id': id, 'aria-current': isOpen && 'true' },
        avatar(customer.id, customer.name),
        h(
          'span',
          { class: 'row-words' },
          h('span', { class: 'row-top' }, h('b', {}, customer.name), statusChip(rest)),
          h(
            'span',
            { class: 'row-said', dir: 'auto' },
            said ? `${said.kind === 'note' ? '🔒 ' : ''}${said.text}` : 'No messages',
          ),
          h('small', {}, [inbox, `#${id}`, rest.priority, ...labels].filter(Boolean).join(' · ')),
        ),
      ),
    );
  }

  return {
    /** @param {PanelConversation[]} conversations @param {number} openId */
    draw(conversations, openId) {
      const focused = place.contains(document.activeElement) && document.activeElement?.getAttribute('data-id');
      place.replaceChildren(...conversations.map((one) => row(one, one.id === openId)));
      byId('none').hidden = conversations.length > 0;
      const again = focused && place.querySelector(`[data-id="${focused}"]`);
      if (again instanceof HTMLElement) again.focus();
    },
  };
}
