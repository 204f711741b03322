import { byId, h } from './dom.js';
import { commandsFor } from './server.js';

/**
 * @import { Store } from './store.js'
 * @import { BotCommand } from '../profile.ts'
 */

/**
 * The bot's commands over the message field, while a command is being typed.
 * @param {Store} store
 * @param {HTMLTextAreaElement} field
 * @param {(command: string, how: 'send' | 'complete') => void} choose
 */
export function createCommandMenu(store, field, choose) {
  const menu = byId('commands');
  /** @type {BotCommand[]} */
  let commands = [];
  /** @type {BotCommand[]} */
  let shown = [];
  let active = 0;
  let asked = '';

  menu.addEventListener('mousedown', (event) => event.preventDefault());
  menu.addEventListener('click', ({ target }) => {
    const option = target instanceof Element ? target.closest('[data-command]') : null;
    const chosen = shown.find(({ command }) => command === option?.getAttribute('data-command'));
    if (chosen) take(chosen);
  });

  async function update() {
    const typed = /^\/(\w*)$/.exec(field.value)?.[1];
    if (typed === undefined) return close();
    const place = `${store.state.view.chatId}|${store.state.me}`;
    if (asked !== place) {
      asked = place;
      commands = await commandsFor(store.state.view.chatId, store.state.me).catch(() => []);
    }
    const again = /^\/(\w*)$/.exec(field.value)?.[1]?.toLowerCase();
    if (again === undefined) return close();
    shown = commands.filter(({ command }) => command.startsWith(again));
    active = 0;
    draw();
  }

  /**
   * Sent at once, except where its description shows that it wants something after it.
   * @param {BotCommand} chosen
   */
  function take({ command, description }) {
    choose(command, description.includes(`/${command} `) ? 'complete' : 'send');
  }

  function draw() {
    menu.hidden = shown.length === 0;
    menu.replaceChildren(
      ...shown.map(({ command, description }, at) =>
        h(
          'div',
          {
            role: 'option',
            id: `command-${at}`,
            class: 'command',
            'data-command': command,
            'aria-selected': String(at === active),
          },
          h('b', {}, `/${command}`),
          h('span', {}, description),
        ),
      ),
    );
    const current = menu.children[active];
    if (menu.hidden || !current) field.removeAttribute('aria-activedescendant');
    else {
      field.setAttribute('aria-activedescendant', current.id);
      current.scrollIntoView({ block: 'nearest' });
    }
  }

  function close() {
    shown = [];
    asked = '';
    draw();
  }

  /** @param {KeyboardEvent} event @returns {boolean} Whether the menu has dealt with it. */
  function key(event) {
    const chosen = shown[active];
    if (menu.hidden || !chosen) return false;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      active = (active + (event.key === 'ArrowDown' ? 1 : shown.length - 1)) % shown.length;
      draw();
    } else if (event.key === 'Tab' && !event.shiftKey) choose(chosen.command, 'complete');
    else if (event.key === 'Enter' && !event.shiftKey) {
      // Typed out it is meant as it stands: what might come after it is left out on purpose.
      if (field.value === `/${chosen.command}`) choose(chosen.command, 'send');
      else take(chosen);
    } else if (event.key === 'Escape') close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  return { update, close, key };
}
