const KEY = 'telegram-sandbox-theme';
const root = document.documentElement;

// Loaded for what it does: the page, and each frame in it, has the colours that somebody chose in any of them.
follow(localStorage.getItem(KEY));
addEventListener('storage', ({ key, newValue }) => {
  if (key === KEY) follow(newValue);
});

/** @param {string} theme */
export function keepTheme(theme) {
  localStorage.setItem(KEY, theme);
  follow(theme);
}

/** @param {string | null} theme */
function follow(theme) {
  if (theme) root.dataset['theme'] = theme;
}
