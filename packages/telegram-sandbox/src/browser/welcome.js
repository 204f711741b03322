import { byId, h } from './dom.js';

/**
 * @import { Store } from './store.js'
 * @import { WelcomeStep, WireMessage } from './protocol.ts'
 */

const CLOSED = 'telegram-sandbox-welcome-closed';

/**
 * The first steps of whoever runs the sandbox; each is ticked when it has happened.
 * @param {Store} store
 * @param {{ sendSample: (name: string) => void; type: (text: string) => void }} actions
 */
export function createWelcome(store, actions) {
  const strip = byId('welcome');
  const help = byId('help');
  const done = new Set();

  byId('welcome-close').addEventListener('click', () => {
    localStorage.setItem(CLOSED, 'yes');
    draw();
    help.focus();
  });
  help.addEventListener('click', () => {
    localStorage.removeItem(CLOSED);
    draw();
  });
  store.on(['everything'], draw);
  store.on(['messages'], ({ changed, fresh }) => {
    tick(({ doneBy }) => 'botButtons' in doneBy && fresh.some(({ isBot, keyboard }) => isBot && keyboard));
    tick(({ doneBy }) => 'botText' in doneBy && changed.some((message) => isBotText(message, doneBy.botText)));
  });

  function draw() {
    const { welcome } = store.state;
    const isClosed = localStorage.getItem(CLOSED) !== null;
    strip.hidden = !welcome || isClosed;
    help.hidden = !welcome || !isClosed;
    byId('welcome-about').replaceChildren(...withBold(welcome?.about ?? ''));
    byId('welcome-steps').replaceChildren(...(welcome?.steps ?? []).map(stepView));
  }

  /** @param {WelcomeStep} step */
  function stepView({ id, text, button }) {
    const run = () => button && ('sample' in button ? actions.sendSample(button.sample) : actions.type(button.type));
    return h(
      'li',
      { id: `step-${id}`, class: done.has(id) && 'done' },
      ...(button ? [h('button', { type: 'button', onclick: run }, button.label), ' '] : []),
      ...withBold(text),
    );
  }

  /** @param {(step: WelcomeStep) => boolean | undefined} isDone */
  function tick(isDone) {
    for (const step of store.state.welcome?.steps ?? []) {
      if (done.has(step.id) || !isDone(step)) continue;
      done.add(step.id);
      byId(`step-${step.id}`).classList.add('done');
    }
  }

  return {
    sampleSent: () => tick(({ doneBy }) => 'sampleSent' in doneBy),
    /** @param {string} text */
    typed: (text) => tick(({ doneBy }) => 'typed' in doneBy && text.startsWith(doneBy.typed)),
  };
}

/** @param {WireMessage} message @param {string} pattern */
function isBotText({ isBot, text = '' }, pattern) {
  return isBot && new RegExp(pattern, 'm').test(text);
}

/** @param {string} text */
function withBold(text) {
  return text.split('**').map((part, index) => (index % 2 === 1 ? h('b', {}, part) : part));
}
