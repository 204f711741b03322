import { showAlert, toast } from './toast.js';

/**
 * @import { Store } from './store.js'
 * @import { PressResult } from './protocol.ts'
 */

/**
 * Presses made on this page and the bot's answers to them. An answer can be here before its press has a name.
 * @param {Store} store
 */
export function createPresses(store) {
  /** @type {Map<string, string>} Button by press. */
  const waiting = new Map();
  /** @type {Map<string, PressResult>} */
  const early = new Map();

  store.on(['everything'], () => {
    waiting.clear();
    early.clear();
  });

  /** @param {PressResult} result */
  function answered(result) {
    const button = waiting.get(result.press);
    if (button === undefined) {
      // Another page's, most likely; a few are kept in case they are ours.
      early.set(result.press, result);
      for (const oldest of early.keys()) if (early.size > 20) early.delete(oldest);
      return;
    }
    waiting.delete(result.press);
    store.setPressing(button, false);
    show(result, store.state.bot.name);
  }

  return {
    answered,

    /** @param {string} press @param {string} button */
    pressed(press, button) {
      waiting.set(press, button);
      const result = early.get(press);
      if (!result) return;
      early.delete(press);
      answered(result);
    },
  };
}

/**
 * @param {PressResult} result
 * @param {string} botName
 */
function show({ answered, text, alert, url, copied, error }, botName) {
  if (error) return toast(error, { tone: 'bad' });
  if (!answered) return toast(`${botName} did not answer the press in time.`, { tone: 'bad' });
  if (text && alert) return showAlert(botName, text);
  if (text) return toast(text);
  if (copied) {
    void navigator.clipboard?.writeText(copied).catch(() => {});
    return toast('Copied');
  }
  if (url && /^https?:/i.test(url)) {
    toast(url, { action: { label: 'Open', run: () => window.open(url, '_blank', 'noopener') } });
  }
}
