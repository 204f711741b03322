import { avatar, byId, h } from './dom.js';

/** @import { Store } from './store.js' */

/**
 * Who one is just now: a radio group, so that the arrow keys work.
 * @param {Store} store
 */
export function createPeopleBar(store) {
  const group = byId('people');
  const { state } = store;
  let drawn = '';

  store.on(['everything', 'chats', 'me'], draw);
  group.addEventListener('change', ({ target }) => {
    if (target instanceof HTMLInputElement) store.actAs(Number(target.value));
  });

  function draw() {
    const wanted = JSON.stringify(state.people);
    if (wanted !== drawn) {
      drawn = wanted;
      group.replaceChildren(...state.people.map(choice));
    }
    for (const input of group.querySelectorAll('input')) input.checked = Number(input.value) === state.me;
  }
}

/** @param {import('./protocol.ts').WirePerson} person */
function choice({ id, name, firstName, role }) {
  return h(
    'label',
    { class: 'person', title: `${name}, ${role}` },
    h('input', { type: 'radio', name: 'person', value: id, class: 'sr-only', 'aria-label': `${name}, ${role}` }),
    avatar(id, name),
    h('span', { class: 'person-words' }, h('b', {}, firstName), h('small', {}, role)),
  );
}
