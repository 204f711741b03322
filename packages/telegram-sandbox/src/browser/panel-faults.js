import { byId, h } from './dom.js';
import { act } from './server.js';
import { toast } from './toast.js';

/**
 * @import { Store } from './store.js'
 * @import { WireFault } from './protocol.ts'
 */

/** @type {Record<WireFault['kind'], string>} */
const NAMES = {
  'retry-after': '429, too many requests',
  500: 'Error 500',
  502: 'Error 502',
  'reset-before': 'Connection cut before the call',
  'reset-after': 'Connection cut after the call',
  hang: 'No answer',
  outage: 'Outage',
};

/**
 * Flood limits, faults and the clock.
 * @param {Store} store
 */
export function createFaults(store) {
  const seconds = byId('fault-seconds', HTMLInputElement);
  const onlyHere = byId('fault-here', HTMLInputElement);
  const { state } = store;

  store.on(['everything', 'conditions'], draw);
  byId('flood').addEventListener('change', ({ target }) => {
    if (target instanceof HTMLInputElement) run({ do: 'flood', mode: target.value });
  });
  byId('faults').addEventListener('click', ({ target }) => {
    const kind = target instanceof Element ? target.closest('[data-fault]')?.getAttribute('data-fault') : null;
    if (!kind) return;
    const lasts = kind === 'retry-after' ? { seconds: Number(seconds.value) || 5 } : {};
    run({ do: 'fault', kind, ...lasts, ...(onlyHere.checked ? { chatId: state.view.chatId } : {}) });
  });
  byId('clear-faults').addEventListener('click', () => run({ do: 'clear-faults' }));
  byId('clock').addEventListener('click', ({ target }) => {
    const ms = Number(target instanceof Element ? target.getAttribute('data-ms') : 0);
    if (ms > 0) run({ do: 'clock', ms });
  });

  function draw() {
    const { flood, faults, ahead } = state.conditions;
    for (const input of byId('flood').querySelectorAll('input')) input.checked = input.value === flood;
    byId('active-faults').replaceChildren(
      ...faults.map((fault) => h('li', {}, `${NAMES[fault.kind]}${lastingOf(fault)}`)),
    );
    byId('clear-faults').hidden = faults.length === 0;
    byId('ahead').textContent = ahead < 1 ? 'the same time as yours' : `${durationOf(ahead)} more than yours`;
    byId('conditions-mark').hidden = faults.length === 0 && flood === 'off';
  }
}

/** @param {object} action */
function run(action) {
  act(action).catch((error) => toast(error instanceof Error ? error.message : String(error), { tone: 'bad' }));
}

/** @param {WireFault} fault */
function lastingOf({ remaining }) {
  if (remaining === null) return ', until cleared';
  return remaining === 1 ? ', next call' : `, next ${remaining} calls`;
}

/** @param {number} seconds */
function durationOf(seconds) {
  const parts = /** @type {const} */ ([
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ]);
  let left = seconds;
  const words = parts.flatMap(([unit, size]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return count > 0 ? [`${count} ${unit}`] : [];
  });
  return words.slice(0, 2).join(' ');
}
