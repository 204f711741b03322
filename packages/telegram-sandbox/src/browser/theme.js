import { byId } from './dom.js';

const KEY = 'telegram-sandbox-theme';

/** Dark or light: the system's choice until somebody chooses here. */
export function createTheme() {
  const button = byId('theme');
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const chosen = () => document.documentElement.dataset['theme'] ?? (dark.matches ? 'dark' : 'light');

  const kept = localStorage.getItem(KEY);
  if (kept) document.documentElement.dataset['theme'] = kept;
  name();
  dark.addEventListener('change', name);
  button.addEventListener('click', () => {
    const next = chosen() === 'dark' ? 'light' : 'dark';
    document.documentElement.dataset['theme'] = next;
    localStorage.setItem(KEY, next);
    name();
  });

  function name() {
    const next = chosen() === 'dark' ? 'light' : 'dark';
    button.setAttribute('aria-label', `Switch to ${next} colours`);
    button.title = `Switch to ${next} colours`;
  }
}
