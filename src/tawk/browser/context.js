/**
 * The shop's kit for Tawk.to: keeps the visitor's context in step with the widget, and the widget with the shop's rules.
 * Works before, after and without Tawk's own script. Nothing here throws into the shop's page.
 */
(() => {
  /** @type {any} The shop's page, with what it, Tawk and this file define there. */
  const page = window;
  // Included twice: the first one goes on.
  if (page.ChatContextManager?.configure) return;

  // Tawk's limits. One bad value may cost the whole call.
  const maxAttributes = 50;
  const maxTags = 10;
  const maxLength = 255;
  const intervalMs = 500;
  /** Tawk does not always call back; then the next state goes without its answer. */
  const answerTimeoutMs = 2_000;
  const fetchTimeoutMs = 10_000;
  const maxRetries = 5;
  const temporary = /SERVER_ERROR|SESSION_EXPIRED|VERSION_CONFLICT/;
  const unsafeKeys = ['__proto__', 'constructor', 'prototype'];
  const identityKeys = ['name', 'email', 'hash'];

  /** @type {Kit.Settings} */
  let settings = {};
  /** @type {Kit.Context} */
  let context = {};
  /** @type {Kit.Tawk | undefined} what `Tawk_API` was when it told that it has loaded */
  let widget;
  /** The objects whose callbacks lead here. */
  const subscribed = new WeakSet();
  /** @type {string | null | undefined} undefined: no chat is open; null: one whose id Tawk did not tell */
  let chatId;
  /** @type {Map<string, (tawk: Kit.Tawk) => void>} calls that wait for the widget, the newest of each kind */
  const waiting = new Map();
  const reported = new Set();
  /** @type {Kit.Memory} Lasts as long as this page where the browser forbids to store it. */
  let memory = {};
  try {
    memory = JSON.parse(sessionStorage.getItem('bellhop') ?? '{}');
  } catch {}

  /** @param {Kit.Memory} added */
  function remember(added) {
    Object.assign(memory, added);
    try {
      sessionStorage.setItem('bellhop', JSON.stringify(memory));
    } catch {}
  }

  /** The page's present object: the shop or Tawk may have replaced it. @returns {Kit.Tawk} */
  function tawk() {
    const api = (page.Tawk_API ??= {});
    if (!subscribed.has(api)) {
      subscribed.add(api);
      listenTo(api);
    }
    return api;
  }

  const isLoaded = () => widget !== undefined && widget === tawk();

  /** @param {string} code @param {any} [detail] */
  function report(code, detail) {
    try {
      const problem = detail === undefined ? { code } : { code, detail: `${detail}`.slice(0, maxLength) };
      if (settings.debug && !reported.has(code)) {
        reported.add(code);
        console.warn('Bellhop: Tawk.to or the shop refused', problem);
      }
      settings.onError?.(problem);
    } catch {
      // The shop's own handler failed.
    }
  }

  /** @template {unknown[]} A @template R @param {(...given: A) => R} action @returns {(...given: A) => R | undefined} */
  const safely =
    (action) =>
    (...given) => {
      try {
        return action(...given);
      } catch (error) {
        report('FAILED', error);
        return undefined;
      }
    };

  /** `user_id` and `userId` are `user-id`. @param {string} key */
  const attributeKey = (key) =>
    key
      .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
      .replace(/[^A-Za-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, maxLength)
      .toLowerCase();

  /** '' for what Tawk cannot take. @param {unknown} value */
  function attributeValue(value) {
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString();
    if (typeof value === 'number' && !Number.isFinite(value)) return '';
    if (!['string', 'number', 'boolean', 'bigint'].includes(typeof value)) return '';
    // Without half an emoji at the end.
    return String(value)
      .trim()
      .slice(0, maxLength)
      .replace(/[\uD800-\uDBFF]$/, '');
  }

  /** What can be sent of the context, by the shop's own keys. */
  function validContext() {
    const valid = [];
    const names = new Set();
    for (const [key, given] of Object.entries(context)) {
      const name = attributeKey(key);
      const value = attributeValue(given);
      if (!name || !value || key === 'tags' || identityKeys.includes(name)) continue;
      if (names.add(name).size > maxAttributes) {
        report('ATTRIBUTE_LIMIT_EXCEEDED', key);
        break;
      }
      valid.push({ key, name, value, given });
    }
    return valid;
  }

  function attributesNow() {
    const attributes = Object.fromEntries(validContext().map(({ name, value }) => [name, value]));
    // Name and e-mail are believed with the hash only.
    return attributeValue(context['hash']) ? { ...attributes, ...identityNow() } : attributes;
  }

  function identityNow() {
    const known = identityKeys.map((key) => [key, attributeValue(context[key])]);
    return Object.fromEntries(known.filter(([, value]) => value));
  }

  /** undefined: the shop said nothing of tags, so those of an earlier page stay. */
  function tagsNow() {
    if (!Array.isArray(context['tags'])) return undefined;
    const tags = [...new Set(context['tags'].map(attributeValue))].filter(Boolean);
    if (tags.length > maxTags) report('TAG_LIMIT_EXCEEDED', tags[maxTags]);
    return tags.slice(0, maxTags);
  }

  /**
   * Brings one thing up to date: at most twice a second, one call at a time, always with the newest state, again after
   * an error that passes.
   * @param {() => string | undefined} stateNow undefined: nothing to send now
   * @param {(state: string, done: Kit.Done) => void} send
   * @param {number} timeoutMs how long the next state waits for the answer
   */
  function createSync(stateNow, send, timeoutMs) {
    /** @type {string | undefined} */
    let sent;
    let isBusy = false;
    let isPlanned = false;
    let retries = 0;
    let lastAt = -intervalMs;
    let turn = 0;

    /** @param {number} [waitMs] */
    function plan(waitMs = 0) {
      if (isPlanned) return;
      isPlanned = true;
      setTimeout(safely(run), Math.max(waitMs, lastAt + intervalMs - performance.now()));
    }

    function run() {
      isPlanned = false;
      const state = stateNow();
      if (isBusy || state === undefined || state === sent) return;
      isBusy = true;
      lastAt = performance.now();
      const mine = ++turn;
      let isAnswered = false;
      const done = safely((/** @type {unknown} */ error) => {
        // A newer state is on its way, or this is a second answer.
        if (mine !== turn || isAnswered) return;
        isAnswered = true;
        isBusy = false;
        const code = codeOf(error);
        if (code) report(code);
        const isAgain = temporary.test(code) && retries < maxRetries;
        retries = isAgain ? retries + 1 : 0;
        // What Tawk refuses for good is not sent again until it changes.
        sent = isAgain ? undefined : state;
        plan(isAgain ? intervalMs * 2 ** retries : 0);
      });
      setTimeout(() => {
        if (mine !== turn || isAnswered) return;
        isBusy = false;
        sent = state;
        plan();
      }, timeoutMs);
      try {
        send(state, done);
      } catch (error) {
        done(error);
      }
    }

    return {
      plan,
      restart: () => {
        sent = undefined;
        isBusy = false;
        retries = 0;
        turn += 1;
        plan();
      },
    };
  }

  /** @param {any} error @returns {string} '' for none */
  function codeOf(error) {
    return error ? `${error.code ?? error.message ?? error}` : '';
  }

  const attributeSync = createSync(
    () => {
      const state = JSON.stringify(attributesNow());
      return isLoaded() && state !== '{}' ? state : undefined;
    },
    (state, done) => {
      const attributes = JSON.parse(state);
      tawk().setAttributes?.(attributes, (error) => {
        // Without secure mode Tawk refuses all for the name and e-mail in it: the rest goes without them.
        if (attributes.hash && /ACCESS|UNAUTHORIZED/.test(codeOf(error))) safely(updateContext)({ hash: '' });
        done(error);
      });
    },
    answerTimeoutMs,
  );

  /** @type {string[]} */
  let tagsThere = [];
  const tagSync = createSync(
    () => {
      const tags = tagsNow();
      return isLoaded() && tags ? JSON.stringify(tags) : undefined;
    },
    (state, done) => {
      /** @type {string[]} */
      const wanted = JSON.parse(state);
      // Tawk keeps the tags of earlier pages, and of calls that it did not answer.
      const known = memory.tags ?? [];
      const gone = known.filter((tag) => !wanted.includes(tag));
      const added = wanted.filter((tag) => !tagsThere.includes(tag));
      const add = safely((/** @type {unknown} */ error) => {
        const code = codeOf(error);
        if (temporary.test(code)) return done(error);
        if (code) report(code);
        remember({ tags: wanted });
        if (added.length === 0) return done();
        return tawk().addTags?.(added, (refused) => {
          if (!refused) tagsThere = wanted;
          done(refused);
        });
      });
      remember({ tags: [...known, ...added] });
      tagsThere = tagsThere.filter((tag) => wanted.includes(tag));
      if (gone.length > 0) tawk().removeTags?.(gone, add);
      else add(undefined);
    },
    answerTimeoutMs,
  );

  /** The shop's own backend signs it and passes it on to Bellhop. */
  const backendSync = createSync(
    () => {
      if (!settings.contextUrl || chatId === undefined) return undefined;
      // Not the context itself: a value that JSON cannot hold must not keep the rest back.
      const told = validContext().map(({ key, value, given }) => [key, typeof given === 'number' ? given : value]);
      const { hash: _, ...identity } = identityNow();
      const tags = tagsNow();
      return JSON.stringify({
        chatId,
        attributes: { ...Object.fromEntries(told), ...identity, ...(tags && { tags }) },
      });
    },
    (body, done) => {
      const headers = { 'Content-Type': 'application/json' };
      const signal = AbortSignal.timeout(fetchTimeoutMs);
      fetch(settings.contextUrl ?? '', { method: 'POST', credentials: 'include', headers, body, signal }).then(
        ({ ok, status }) =>
          done(ok ? undefined : status >= 500 || status === 429 ? 'SERVER_ERROR' : `CONTEXT_URL_${status}`),
        () => done('SERVER_ERROR'),
      );
    },
    fetchTimeoutMs + answerTimeoutMs,
  );

  /** Calls the widget now, or once it is there. @param {string} kind @param {(tawk: Kit.Tawk) => void} call */
  function whenThere(kind, call) {
    lookForWidget();
    if (isLoaded()) call(tawk());
    // A widget that loads once more knows nothing of having been hidden.
    if (!isLoaded() || kind === 'visibility') waiting.set(kind, call);
  }

  const loaded = safely(() => {
    const api = tawk();
    if (typeof api.setAttributes !== 'function') return;
    widget = api;
    for (const [kind, call] of waiting) {
      if (kind !== 'visibility') waiting.delete(kind);
      safely(call)(api);
    }
    tagsThere = [];
    attributeSync.restart();
    tagSync.restart();
    // A chat that began on an earlier page, or before this file was there.
    if (chatId === undefined && api.isChatOngoing?.()) chatStarted({ chatId: memory.chatId });
  });

  const chatStarted = safely((/** @type {unknown} */ data) => {
    const given = /** @type {{ chatId?: unknown } | undefined} */ (data)?.chatId;
    chatId = typeof given === 'string' && given ? given : (chatId ?? null);
    remember({ chatId });
    backendSync.plan();
  });

  const chatEnded = safely(() => {
    chatId = undefined;
    remember({ chatId: null });
    backendSync.restart();
  });

  /** Tawk takes its callbacks once, when it loads; the shop's own are kept. @param {any} api */
  function listenTo(api) {
    for (const [name, ours] of Object.entries({ onLoad: loaded, onChatStarted: chatStarted, onChatEnded: chatEnded })) {
      const theirs = api[name];
      api[name] = (/** @type {unknown} */ data) => {
        ours(data);
        return typeof theirs === 'function' ? theirs.call(api, data) : undefined;
      };
    }
  }

  function listen() {
    // A shop that sets its own callbacks after us replaces ours: today's widget also dispatches events.
    page.addEventListener('tawkLoad', () => loaded());
    page.addEventListener('tawkChatStarted', (/** @type {CustomEvent} */ { detail }) => chatStarted(detail));
    page.addEventListener('tawkChatEnded', () => chatEnded());
    lookForWidget();
    // For a widget of which neither told us. A later update looks once more.
    const watch = setInterval(safely(lookForWidget), 1_000);
    setTimeout(() => clearInterval(watch), 60_000);
  }

  function lookForWidget() {
    if (!isLoaded() && tawk().onLoaded) loaded();
  }

  /** @param {unknown} given */
  function updateContext(given) {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) return;
    const added = Object.entries(given).filter(([key]) => !unsafeKeys.includes(key));
    context = { ...context, ...Object.fromEntries(added) };
    lookForWidget();
    const identity = identityNow();
    // The visitor object counts only if it is there before Tawk's script. The shop may have set one.
    if (!isLoaded() && (identity.name || identity.email))
      tawk().visitor = identity.hash ? identity : { ...tawk().visitor, ...identity };
    for (const sync of [attributeSync, tagSync, backendSync]) sync.plan();
  }

  /** Whether `hours`, like "Mon-Fri 09:00-18:00; Sat 10:00-14:00", holds now on this device. @param {string} hours */
  function isWithin(hours) {
    const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
    const now = new Date();
    const time = now.toTimeString().slice(0, 5);
    let isValid = true;
    const isOpen = hours.split(';').some((part) => {
      const match = /^\s*(\w{3})(?:-(\w{3}))? (\d\d:\d\d)-(\d\d:\d\d)\s*$/i.exec(part);
      const [, first = '', last = first, from = '', to = ''] = match ?? [];
      const [start, end] = [first, last].map((day) => days.indexOf(day.toLowerCase()));
      if (start === undefined || end === undefined || start < 0 || end < 0) {
        isValid &&= part.trim() === '';
        return false;
      }
      const isDay = (/** @type {number} */ daysAgo) =>
        (now.getDay() - daysAgo - start + 14) % 7 <= (end - start + 7) % 7;
      if (from < to) return isDay(0) && time >= from && time < to;
      return (isDay(0) && time >= from) || (isDay(1) && time < to);
    });
    if (!isValid) report('INVALID_HOURS', hours);
    // A rule that nobody can read hides nothing.
    return isOpen || !isValid;
  }

  /** @param {unknown} [orderValue] the cart's, where none is given */
  function shouldShowSupport(orderValue) {
    const { minOrderValue = 5000, screens, tiers, hours } = settings.rules ?? {};
    const value = Number(orderValue ?? context['cart_value'] ?? 0);
    return (
      // What is no number is not below.
      !(value < minOrderValue) &&
      (!screens || screens.includes(String(context['current_screen']))) &&
      (!tiers || tiers.includes(String(context['user_tier']))) &&
      (!hours || isWithin(hours))
    );
  }

  /** @param {Kit.SecureLogin} login Resolves with whether Tawk will believe who this is. */
  async function initTawkSecure(login) {
    try {
      const { hashUrl, token, name } = login;
      const bearer = typeof token === 'function' ? await token() : token;
      // A page may load Tawk's script after this.
      const signal = AbortSignal.timeout(fetchTimeoutMs);
      const response = await fetch(hashUrl, { headers: { Authorization: `Bearer ${bearer}` }, signal });
      const { hash, email, userIdHash, userId, message } = await response.json();
      if (!response.ok) throw new Error(message);
      if (hash) updateContext({ name, email, hash });
      if (userIdHash) {
        whenThere('login', (api) => {
          const who = { hash: userIdHash, userId, ...(name && { name }), ...(email && { email }) };
          // After a login Tawk wants the hash of the user id, and knows name and e-mail already.
          api.login?.(
            who,
            safely((error) => (error ? report(codeOf(error), 'login') : updateContext({ hash: '' }))),
          );
        });
      }
      return Boolean(hash || userIdHash);
    } catch (error) {
      report('LOGIN_FAILED', error);
      return false;
    }
  }

  /** @type {Kit.Manager} */
  const manager = {
    configure: safely((given) => {
      settings = { ...settings, ...given };
      backendSync.plan();
    }),
    updateContext: safely(updateContext),
    setScreen: safely((current_screen) => updateContext({ current_screen })),
    setCart: safely((cart_value, items_in_cart) => updateContext({ cart_value, items_in_cart })),
    setFriction: safely((friction_score) => updateContext({ friction_score })),
    setOrder: safely((order_id) => updateContext({ order_id })),
    get currentContext() {
      return { ...context };
    },
  };
  Object.assign(page, {
    ChatContextManager: manager,
    updateSupportContext: safely((/** @type {unknown[]} */ ...[current_screen, cart_value, friction_score]) =>
      updateContext({ current_screen, cart_value, friction_score }),
    ),
    shouldShowSupport: safely(shouldShowSupport),
    toggleSupportWidget: safely((/** @type {unknown} */ orderValue) =>
      whenThere('visibility', (api) => (shouldShowSupport(orderValue) ? api.showWidget?.() : api.hideWidget?.())),
    ),
    openChat: safely(() => whenThere('window', (api) => api.maximize?.())),
    minimizeChat: safely(() => whenThere('window', (api) => api.minimize?.())),
    initTawkSecure,
  });
  safely(listen)();
})();
