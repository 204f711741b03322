import { byId } from './dom.js';

/** @import { Store } from './store.js' */

const PUT_AWAY = 'bellhop-welcome-put-away';

/**
 * What Bellhop does, as five things to try; each is ticked when it has happened.
 * @param {Store} store
 * @param {{ send: () => void; stats: () => void }} doIt
 */
export function createWelcome(store, doIt) {
  const strip = byId('welcome');
  const help = byId('help');
  const done = new Set();

  setShown(localStorage.getItem(PUT_AWAY) === null);
  byId('welcome-close').addEventListener('click', () => {
    localStorage.setItem(PUT_AWAY, 'yes');
    setShown(false);
    help.focus();
  });
  help.addEventListener('click', () => {
    localStorage.removeItem(PUT_AWAY);
    setShown(true);
  });
  byId('welcome-send').addEventListener('click', doIt.send);
  byId('welcome-stats').addEventListener('click', doIt.stats);

  store.on(['messages'], ({ changed, fresh }) => {
    if (fresh.some(({ isBot, keyboard }) => isBot && keyboard)) tick('card');
    for (const { isBot, text = '' } of changed) {
      if (isBot && /^#\d+ · acknowledged\b/m.test(text)) tick('acknowledge');
      if (isBot && /^#\d+ · closed\b/m.test(text)) tick('close');
    }
  });

  /** @param {boolean} isShown */
  function setShown(isShown) {
    strip.hidden = !isShown;
    help.hidden = isShown;
  }

  /** @param {'send' | 'card' | 'acknowledge' | 'close' | 'stats'} step */
  function tick(step) {
    if (done.has(step)) return;
    done.add(step);
    byId(`step-${step}`).classList.add('done');
  }

  return { tick };
}
