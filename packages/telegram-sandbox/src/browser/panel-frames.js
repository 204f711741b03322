import { byId, h } from './dom.js';

/**
 * @import { Store } from './store.js'
 * @import { WireTab } from './protocol.ts'
 */

/**
 * Pages of the sandbox's owner as tabs of the panel, each in a frame that is loaded when it is first shown.
 * @param {Store} store
 */
export function createFrames(store) {
  /** @type {Map<string, () => void>} What loads a frame, by the id of its tab. */
  const loads = new Map();

  store.on(['everything'], () => {
    for (const tab of store.state.tabs) if (!loads.has(idOf(tab))) add(tab);
  });

  /** @param {WireTab} tab */
  function add(tab) {
    const id = idOf(tab);
    const part = `part-${tab.name}`;
    const frame = h('iframe', { title: tab.label });
    byId('tab-samples').after(
      h(
        'button',
        { type: 'button', role: 'tab', id, 'aria-controls': part, 'aria-selected': 'false', tabindex: -1 },
        tab.label,
      ),
    );
    byId('part-samples').after(
      h('div', { id: part, class: 'frame-part', role: 'tabpanel', 'aria-labelledby': id, hidden: true }, frame),
    );
    loads.set(id, () => {
      const url = new URL(`../tabs/${tab.name}/`, import.meta.url).href;
      if (frame.src !== url) frame.src = url;
    });
  }

  return {
    /** @param {string} tabId */
    show: (tabId) => loads.get(tabId)?.(),
  };
}

/** @param {WireTab} tab */
function idOf({ name }) {
  return `tab-${name}`;
}
