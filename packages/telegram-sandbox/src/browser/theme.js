import { byId } from './dom.js';
import { keepTheme } from './kept-theme.js';

/** Dark or light: the system's choice until somebody chooses here. */
export function createTheme() {
  const button = byId('theme');
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const chosen = () => document.documentElement.dataset['theme'] ?? (dark.matches ? 'dark' : 'light');

  name();
  dark.addEventListener('change', name);
  button.addEventListener('click', () => {
    const next = chosen() === 'dark' ? 'light' : 'dark';
    keepTheme(next);
    name();
  });

  function name() {
    const next = chosen() === 'dark' ? 'light' : 'dark';
    button.setAttribute('aria-label', `Switch to ${next} colours`);
    button.title = `Switch to ${next} colours`;
  }
}
