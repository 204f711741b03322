import { byId, h, icon } from './dom.js';

const SHOWN_MS = 4500;

/**
 * A short notice. It disappears by itself, but stays while the mouse or the keyboard is on it.
 * @param {string} text
 * @param {{ tone?: 'bad'; action?: { label: string; run: () => void } }} [options]
 */
export function toast(text, { tone, action } = {}) {
  const place = byId('toasts');
  const remove = () => view.remove();
  const view = h(
    'div',
    { class: `toast${tone ? ` ${tone}` : ''}` },
    h('span', { dir: 'auto' }, text),
    action && h('button', { type: 'button', onclick: () => (action.run(), remove()) }, action.label),
  );
  moveOverMessages(place);
  // One at a time: the last one counts.
  place.replaceChildren(view);
  const end = () => (view.matches(':hover, :focus-within') ? setTimeout(end, 1000) : remove());
  setTimeout(end, SHOWN_MS + text.length * 30);
}

/** What they were about was another chat. */
export function clearToasts() {
  byId('toasts').replaceChildren();
}

/**
 * At the top of the messages where they are to be seen, else under the page's bar.
 * @param {HTMLElement} place
 */
function moveOverMessages(place) {
  const { top, left, width } = byId('messages').getBoundingClientRect();
  place.style.top = width > 0 ? `${top + 8}px` : '';
  place.style.left = width > 0 ? `${left + 8}px` : '';
  place.style.width = width > 0 ? `${width - 16}px` : '';
}

/**
 * What must be confirmed: an alert that a bot answers a press with.
 * @param {string} title
 * @param {string} text
 */
export function showAlert(title, text) {
  const ok = h('button', { type: 'button', class: 'primary-button', autofocus: true }, 'OK');
  const dialog = h('dialog', { class: 'alert', 'aria-label': title }, h('p', { dir: 'auto' }, text), ok);
  ok.addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/**
 * A document or photo over the page. HTML is shown in a frame without any permissions.
 * @param {{ name: string; mime: string; url: string }} file
 */
export async function showFile({ name, mime, url }) {
  const isText = /^text\/(?!html)|json|csv|markdown/.test(mime);
  const content = /^image\/(png|jpeg|gif|webp)$/.test(mime)
    ? h('img', { src: url, alt: name })
    : mime.startsWith('text/html')
      ? h('iframe', { src: url, title: name, sandbox: '' })
      : isText
        ? h('pre', { tabindex: 0, dir: 'auto' }, await readText(url))
        : h('p', {}, 'This kind of file cannot be shown here. Download it instead.');
  const close = h(
    'button',
    { type: 'button', class: 'tool', 'aria-label': 'Close', title: 'Close', autofocus: true },
    icon('close'),
  );
  const dialog = h(
    'dialog',
    { class: 'viewer', 'aria-label': name },
    h(
      'header',
      {},
      h('b', { dir: 'auto' }, name),
      h(
        'a',
        { class: 'tool', href: `${url}?download`, download: name, 'aria-label': `Download ${name}`, title: 'Download' },
        icon('download'),
      ),
      close,
    ),
    h('div', { class: 'viewer-content' }, content),
  );
  close.addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', ({ target }) => target === dialog && dialog.close());
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** @param {string} url */
async function readText(url) {
  try {
    const response = await fetch(url);
    return response.ok ? response.text() : 'The sandbox has no such file any more.';
  } catch {
    return 'The file could not be read: is the sandbox still running?';
  }
}
