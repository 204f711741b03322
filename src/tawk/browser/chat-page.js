/** Loads Tawk.to's widget over the whole page and passes on what the app around it tells of the visitor. */
(() => {
  /** @type {any} */
  const page = window;
  const { embedUrl = '', embedId = '', origins = '' } = document.body.dataset;
  const loadTimeoutMs = 15_000;
  document.body.dataset['alive'] = '';
  // The link of the notice loads the page again, and so the kit.
  if (!page.ChatContextManager) return show('failed');
  let isLoaded = false;

  /** @param {'loading' | 'ready' | 'failed'} state */
  function show(state) {
    document.body.dataset['state'] = state;
  }

  function load() {
    show('loading');
    const script = document.createElement('script');
    script.src = embedUrl;
    script.async = true;
    const timer = setTimeout(fail, loadTimeoutMs);
    function fail() {
      clearTimeout(timer);
      script.remove();
      if (!isLoaded) show('failed');
    }
    script.addEventListener('error', fail);
    page.addEventListener('tawkLoad', () => clearTimeout(timer), { once: true });
    document.head.append(script);
  }

  function loaded() {
    isLoaded = true;
    show('ready');
    page.openChat();
  }

  /** From this page itself, from the page that opened or holds it, or from the app by its WebView. @param {MessageEvent} event */
  function isTrusted({ source, origin, isTrusted: isFromBrowser }) {
    if (source === page) return origin === page.location.origin;
    // A WebView's bridge dispatches an event of its own, which only code inside this page can do; Android's
    // postWebMessage has no origin. A frame that is gone has no source either, but an origin.
    if (source === null) return !isFromBrowser || origin === '';
    return (source === page.opener || source === page.parent) && origins.split(' ').includes(origin);
  }

  /** @param {unknown} context */
  function take(context) {
    if (typeof context === 'object' && context !== null) page.ChatContextManager.updateContext(context);
  }

  /** @param {Event} event */
  function receive(event) {
    if (!(event instanceof MessageEvent) || !isTrusted(event)) return;
    const message = parse(event.data);
    if (message?.type === 'bellhop:context') take(message.context);
  }

  /** A WebView sends text. @param {unknown} data @returns {{ type?: unknown, context?: unknown } | undefined} */
  function parse(data) {
    if (typeof data !== 'string') return typeof data === 'object' && data !== null ? data : undefined;
    try {
      const parsed = JSON.parse(data);
      return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
    } catch {
      return undefined;
    }
  }

  page.addEventListener('message', receive);
  // Android's WebView of React Native dispatches on the document.
  document.addEventListener('message', receive);
  document.querySelector('[role="button"]')?.addEventListener('click', (event) => {
    // Loading the page again would lose the context that was posted.
    event.preventDefault();
    load();
  });

  take(page.BELLHOP_CONTEXT);
  page.Tawk_API.embedded = embedId;
  const theirs = page.Tawk_API.onLoad;
  page.Tawk_API.onLoad = () => {
    theirs?.();
    if (!isLoaded) loaded();
  };
  page.addEventListener('tawkLoad', () => {
    if (!isLoaded) loaded();
  });
  page.Tawk_LoadStart = new Date();
  load();
})();
