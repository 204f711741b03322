// @ts-check

const signIn = document.querySelector('[data-sign-in]');
if (signIn) void enter(signIn);

for (const list of document.querySelectorAll('[data-live]')) keepCurrent(list);

/**
 * Signs in by what the address carries behind its `#`: the code of a link, or what Telegram opens a Mini App with. It is
 * behind the `#` so that neither a preview of the link nor a log can use it.
 *
 * @param {Element} main
 */
async function enter(main) {
  const given = new URLSearchParams(location.hash.slice(1));
  const code = given.get('code');
  const initData = given.get('tgWebAppData');
  if (!code && !initData) return;
  history.replaceState(null, '', location.pathname + location.search);
  const css = document.querySelector('link[rel=stylesheet]');
  const target = new URL('sign-in', css instanceof HTMLLinkElement ? css.href : location.href);
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify(code ? { code } : { initData });
  const answer = await fetch(target, { method: 'POST', headers, body }).catch(() => undefined);
  if (answer?.ok) return location.reload();
  const status = main.querySelector('[data-status]');
  const said = await answer?.json().catch(() => undefined);
  if (status) status.textContent = said?.message ?? 'The dashboard cannot be reached. Try again.';
}

/**
 * Fetches the page again whenever something changed, and once a minute for the ages; only the list is replaced.
 *
 * @param {Element} list
 */
function keepCurrent(list) {
  const source = new EventSource(list.getAttribute('data-live') ?? '');
  const refresh = async () => {
    const answer = await fetch(location.href).catch(() => undefined);
    if (!answer) return;
    if (answer.status === 401) return location.reload();
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.getElementById(list.id);
    if (!fresh || fresh.innerHTML === list.innerHTML) return;
    const focused = document.activeElement?.getAttribute('href');
    list.replaceChildren(...fresh.childNodes);
    const again = focused && list.querySelector(`a[href="${CSS.escape(focused)}"]`);
    if (again instanceof HTMLElement) again.focus();
  };
  // Before the stream opens, or while it reconnects, changes are not announced.
  source.addEventListener('open', () => void refresh());
  source.addEventListener('changed', () => void refresh());
  setInterval(() => void refresh(), 60_000);
}
