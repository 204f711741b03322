import { byId } from './dom.js';

/**
 * The panel beside the chat; where there is no room beside it, a drawer over it. Its parts are tabs.
 * @param {{ shown: (tab: string) => void }} on
 */
export function createPanel(on) {
  const panel = byId('panel');
  const toggle = byId('panel-toggle');
  const tabList = /** @type {HTMLElement} */ (panel.querySelector('[role=tablist]'));
  const tabs = () => /** @type {HTMLElement[]} */ ([...tabList.querySelectorAll('[role=tab]')]);
  const narrow = matchMedia('(max-width: 1099px)');

  /** @param {HTMLElement} tab */
  function select(tab) {
    for (const one of tabs()) {
      const isSelected = one === tab;
      one.setAttribute('aria-selected', String(isSelected));
      one.tabIndex = isSelected ? 0 : -1;
      byId(one.getAttribute('aria-controls') ?? '').hidden = !isSelected;
    }
    on.shown(tab.id);
  }

  /** @param {boolean} isOpen */
  function setOpen(isOpen) {
    document.body.classList.toggle('panel-open', isOpen);
    toggle.setAttribute('aria-expanded', String(isOpen));
    arrange();
    if (!narrow.matches) return;
    if (isOpen)
      tabs()
        .find((tab) => tab.tabIndex === 0)
        ?.focus();
    else toggle.focus();
  }

  /** The keyboard reaches neither a closed drawer nor what an open one covers. */
  function arrange() {
    const isOpen = document.body.classList.contains('panel-open');
    panel.inert = narrow.matches && !isOpen;
    for (const id of ['chats', 'chat']) byId(id).inert = narrow.matches && isOpen;
  }

  /** Without samples their tab is hidden, and the first visible one is selected. */
  function selectVisible() {
    const selected = tabs().find((tab) => tab.tabIndex === 0);
    const first = tabs().find((tab) => !tab.hidden);
    if (selected?.hidden && first) select(first);
  }

  tabList.addEventListener('click', ({ target }) => {
    const tab = target instanceof Element ? target.closest('[role=tab]') : null;
    if (tab instanceof HTMLElement) select(tab);
  });
  tabList.addEventListener('keydown', (event) => {
    if (!(event instanceof KeyboardEvent)) return;
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const visible = tabs().filter((tab) => !tab.hidden);
    const at = visible.findIndex((tab) => tab === document.activeElement);
    const next = step === 0 || at < 0 ? undefined : visible[(at + step + visible.length) % visible.length];
    if (!next) return;
    select(next);
    next.focus();
  });
  toggle.addEventListener('click', () => setOpen(!document.body.classList.contains('panel-open')));
  byId('panel-close').addEventListener('click', () => setOpen(false));
  byId('backdrop').addEventListener('click', () => setOpen(false));
  document.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape' && narrow.matches && document.body.classList.contains('panel-open')) setOpen(false);
  });
  narrow.addEventListener('change', arrange);
  arrange();

  return {
    selectVisible,
    closeDrawer: () => narrow.matches && document.body.classList.contains('panel-open') && setOpen(false),
  };
}
