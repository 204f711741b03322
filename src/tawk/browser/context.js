/**
 * The shop's kit for Tawk.to: keeps the visitor's context in step with the widget, and the widget with the shop's rules.
 * Works before, after and without Tawk's own script. Nothing here throws into the shop's page.
 */
(() => {
  /**
   * @typedef {Record<string, unknown>} Context
   * @typedef {{ minOrderValue?: number, screens?: string[], tiers?: string[], hours?: string }} Rules
   * @typedef {{ code: string, detail?: string }} Problem
   * @typedef {{ rules?: Rules, contextUrl?: string, onError?: (problem: Problem) => void, debug?: boolean }} Settings
   * @typedef {{ hashUrl: string, token: string | (() => string | Promise<string>), name?: string }} SecureLogin
   * @typedef {(error?: unknown) => void} Done
   * @typedef {{
   *   visitor?: Record<string, string>, onLoaded?: boolean,
   *   onLoad?: () => void, onChatStarted?: (data?: unknown) => void, onChatEnded?: () => void,
   *   setAttributes?: (attributes: Record<string, string>, done: Done) => void,
   *   addTags?: (tags: string[], done: Done) => void, removeTags?: (tags: string[], done: Done) => void,
   *   login?: (who: Record<string, string>, done: Done) => void,
   *   showWidget?: () => void, hideWidget?: () => void, maximize?: () => void, minimize?: () => void,
   * }} Tawk
   */
  /** @type {any} The shop's page, with what it, Tawk and this file define there. */
  const page = window;
  // Included twice: the first one goes on.
  if (page.ChatContextManager) return;

  // Tawk's limits; it checks on its server, and one bad value may cost the whole call.
  const maxAttributes = 50;
  const maxTags = 10;
  const maxLength = 255;
  const intervalMs = 500;
  /** Tawk does not always call back; then the call counts as taken. */
  const answerTimeoutMs = 2_000;
  const maxRetries = 5;
  const temporary = ['SERVER_ERROR', 'SESSION_EXPIRED', 'VERSION_CONFLICT'];
  const unsafeKeys = ['__proto__', 'constructor', 'prototype'];
  const identityKeys = ['name', 'email', 'hash'];

  /** @type {Settings} */
  let settings = {};
  /** @type {Context} */
  let context = {};
  let isLoaded = false;
  /** @type {string | null | undefined} undefined: no chat is open; null: one whose id Tawk did not tell */
  let chatId;
  /** @type {Map<string, (tawk: Tawk) => void>} calls that wait for the widget, the newest of each kind */
  const waiting = new Map();
  const reported = new Set();

  /** Always the page's present object: a second copy of Tawk's script may have replaced it. @returns {Tawk} */
  const tawk = () => (page.Tawk_API ??= {});

  /** @param {string} code @param {any} [detail] */
  function report(code, detail) {
    try {
      const problem = detail === undefined ? { code } : { code, detail: `${detail}`.slice(0, maxLength) };
      if (settings.debug && !reported.has(code)) console.warn('Bellhop: Tawk.to or the shop refused', problem);
      reported.add(code);
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
    return ['string', 'number', 'boolean'].includes(typeof value) ? String(value).trim().slice(0, maxLength) : '';
  }

  function attributesNow() {
    /** @type {Record<string, string>} */
    const attributes = {};
    let count = 0;
    for (const [key, given] of Object.entries(context)) {
      const name = attributeKey(key);
      const value = attributeValue(given);
      if (!name || !value || key === 'tags' || unsafeKeys.includes(key) || identityKeys.includes(name)) continue;
      if (!Object.hasOwn(attributes, name) && ++count > maxAttributes) {
        report('ATTRIBUTE_LIMIT_EXCEEDED', key);
        break;
      }
      attributes[name] = value;
    }
    // Name and e-mail are believed with the hash only.
    for (const key of attributeValue(context['hash']) ? identityKeys : []) {
      const value = attributeValue(context[key]);
      if (value) attributes[key] = value;
    }
    return attributes;
  }

  function tagsNow() {
    const given = Array.isArray(context['tags']) ? context['tags'] : [];
    const tags = [...new Set(given.map(attributeValue))].filter(Boolean);
    if (tags.length > maxTags) report('TAG_LIMIT_EXCEEDED', tags[maxTags]);
    return tags.slice(0, maxTags);
  }

  /**
   * Brings one thing up to date: at most twice a second, one call at a time, always with the newest state, again after
   * an error that passes.
   * @param {() => string | undefined} stateNow undefined: nothing to send now
   * @param {(state: string, done: Done) => void} send
   */
  function createSync(stateNow, send) {
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
      /** @type {Done} */
      const done = (error) => {
        if (mine !== turn) return;
        turn += 1;
        isBusy = false;
        const code = codeOf(error);
        if (code) report(code);
        const isAgain = temporary.includes(code) && retries < maxRetries;
        retries = isAgain ? retries + 1 : 0;
        // What Tawk refuses for good is not sent again until it changes.
        if (!isAgain) sent = state;
        plan(isAgain ? intervalMs * 2 ** retries : 0);
      };
      try {
        send(state, done);
      } catch (error) {
        done(error);
      }
    }

    return {
      plan,
      /** The other side may have forgotten everything. */
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

  const whenLoaded = (/** @type {string} */ state) => (isLoaded && state !== '{}' ? state : undefined);
  const attributeSync = createSync(
    () => whenLoaded(JSON.stringify(attributesNow())),
    (state, done) => {
      setTimeout(done, answerTimeoutMs);
      tawk().setAttributes?.(JSON.parse(state), done);
    },
  );

  /** @type {string[]} */
  let tagsThere = [];
  const tagSync = createSync(
    () => (isLoaded ? JSON.stringify(tagsNow()) : undefined),
    (state, done) => {
      /** @type {string[]} */
      const wanted = JSON.parse(state);
      setTimeout(done, answerTimeoutMs);
      const gone = tagsThere.filter((tag) => !wanted.includes(tag));
      const added = wanted.filter((tag) => !tagsThere.includes(tag));
      /** @param {unknown} [error] */
      const add = (error) => {
        if (error) return done(error);
        tagsThere = tagsThere.filter((tag) => !gone.includes(tag));
        if (added.length === 0) return done();
        return tawk().addTags?.(added, (refused) => {
          if (!refused) tagsThere = wanted;
          done(refused);
        });
      };
      if (gone.length > 0) tawk().removeTags?.(gone, add);
      else add();
    },
  );

  /** Tells the shop's own backend, which signs it and passes it on to Bellhop. */
  const backendSync = createSync(
    () => {
      if (!settings.contextUrl || chatId === undefined) return undefined;
      const { hash: _, ...attributes } = context;
      return JSON.stringify({ chatId, attributes });
    },
    (body, done) => {
      const headers = { 'Content-Type': 'application/json' };
      const signal = AbortSignal.timeout(10_000);
      fetch(settings.contextUrl ?? '', { method: 'POST', credentials: 'include', headers, body, signal }).then(
        ({ ok, status }) => done(ok ? undefined : status >= 500 ? 'SERVER_ERROR' : `CONTEXT_URL_${status}`),
        () => done('SERVER_ERROR'),
      );
    },
  );

  function planAll() {
    attributeSync.plan();
    tagSync.plan();
    backendSync.plan();
  }

  /** Calls the widget now, or the newest call of its kind once it is there. @param {string} kind @param {(tawk: Tawk) => void} call */
  function whenThere(kind, call) {
    if (isLoaded) call(tawk());
    else waiting.set(kind, call);
  }

  const loaded = safely(() => {
    // `onLoad`, the event and the watch below all tell of one load.
    if (typeof tawk().setAttributes !== 'function') return;
    isLoaded = true;
    for (const [kind, call] of waiting) {
      waiting.delete(kind);
      safely(call)(tawk());
    }
    tagsThere = [];
    attributeSync.restart();
    tagSync.restart();
  });

  const chatStarted = safely((/** @type {unknown} */ data) => {
    const given = /** @type {{ chatId?: unknown } | undefined} */ (data)?.chatId;
    chatId = typeof given === 'string' && given ? given : (chatId ?? null);
    backendSync.plan();
  });

  const chatEnded = safely(() => {
    chatId = undefined;
  });

  /** Tawk takes its callbacks once, when it loads; the shop's own are kept. */
  function listen() {
    for (const [name, ours] of Object.entries({ onLoad: loaded, onChatStarted: chatStarted, onChatEnded: chatEnded })) {
      const api = /** @type {Record<string, any>} */ (tawk());
      const theirs = api[name];
      api[name] = (/** @type {unknown} */ data) => {
        ours(data);
        return typeof theirs === 'function' ? theirs.call(api, data) : undefined;
      };
    }
    // A shop that sets its own callbacks after us replaces ours: today's widget also dispatches events.
    page.addEventListener('tawkLoad', () => loaded());
    page.addEventListener('tawkChatStarted', (/** @type {CustomEvent} */ { detail }) => chatStarted(detail));
    page.addEventListener('tawkChatEnded', () => chatEnded());
    if (tawk().onLoaded) loaded();
    // For a widget of which neither told us. Stops after a minute; a later update looks once more.
    let looks = 0;
    const watch = setInterval(() => {
      lookForWidget();
      if (isLoaded || ++looks >= 60) clearInterval(watch);
    }, 1_000);
  }

  function lookForWidget() {
    if (!isLoaded && tawk().onLoaded) loaded();
  }

  /** @param {unknown} given */
  function updateContext(given) {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) return;
    const added = Object.entries(given).filter(([key]) => !unsafeKeys.includes(key));
    context = { ...context, ...Object.fromEntries(added) };
    lookForWidget();
    // The visitor object counts only if it is there before Tawk's script.
    const hasIdentity = identityKeys.some((key) => attributeValue(context[key]));
    if (hasIdentity && !isLoaded) {
      const known = identityKeys.map((key) => [key, attributeValue(context[key])]).filter(([, value]) => value);
      tawk().visitor = Object.fromEntries(known);
    }
    planAll();
  }

  /** Whether `hours`, like "Mon-Fri 09:00-18:00; Sat 10:00-14:00", holds now on this device. @param {string} hours */
  function isWithin(hours) {
    const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
    const now = new Date();
    const time = now.toTimeString().slice(0, 5);
    let isValid = true;
    const isOpen = hours.split(';').some((part) => {
      const match = /^\s*(\w{3})(?:-(\w{3}))? (\d\d:\d\d)-(\d\d:\d\d)\s*$/i.exec(part);
      const [first, last] = [match?.[1], match?.[2] ?? match?.[1]].map((day) =>
        days.indexOf((day ?? '').toLowerCase()),
      );
      if (!match || first === undefined || last === undefined || first < 0 || last < 0) {
        isValid = false;
        return false;
      }
      const isDay = (now.getDay() - first + 7) % 7 <= (last - first + 7) % 7;
      return isDay && time >= (match[3] ?? '') && time < (match[4] ?? '');
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
      value >= minOrderValue &&
      (!screens || screens.includes(String(context['current_screen']))) &&
      (!tiers || tiers.includes(String(context['user_tier']))) &&
      (!hours || isWithin(hours))
    );
  }

  /** @param {SecureLogin} login Resolves with whether Tawk will believe who this is. */
  async function initTawkSecure({ hashUrl, token, name }) {
    try {
      const bearer = typeof token === 'function' ? await token() : token;
      const response = await fetch(hashUrl, { headers: { Authorization: `Bearer ${bearer}` } });
      const { hash, email, userIdHash, userId, message } = await response.json();
      if (!response.ok) throw new Error(message);
      if (hash) updateContext({ name, email, hash });
      if (userIdHash) {
        whenThere('login', (api) => {
          const who = { hash: userIdHash, userId, ...(name && { name }), ...(email && { email }) };
          // After a login Tawk wants the hash of the user id, and knows name and e-mail already.
          api.login?.(who, (error) => {
            if (error) return report(codeOf(error), 'login');
            return updateContext({ hash: '' });
          });
        });
      }
      return Boolean(hash || userIdHash);
    } catch (error) {
      report('LOGIN_FAILED', error);
      return false;
    }
  }

  page.ChatContextManager = {
    configure: safely((/** @type {Settings} */ given) => {
      settings = { ...settings, ...given };
      backendSync.plan();
    }),
    updateContext: safely(updateContext),
    setScreen: safely((/** @type {string} */ name) => updateContext({ current_screen: name })),
    setCart: safely((/** @type {number} */ value, /** @type {number} */ itemCount) =>
      updateContext({ cart_value: value, items_in_cart: itemCount }),
    ),
    setFriction: safely((/** @type {number} */ score) => updateContext({ friction_score: score })),
    setOrder: safely((/** @type {string} */ id) => updateContext({ order_id: id })),
    get currentContext() {
      return { ...context };
    },
  };
  page.updateSupportContext = safely(
    (/** @type {string} */ screen, /** @type {number} */ cartValue, /** @type {number} */ frictionScore) =>
      updateContext({ current_screen: screen, cart_value: cartValue, friction_score: frictionScore }),
  );
  page.shouldShowSupport = safely(shouldShowSupport);
  page.toggleSupportWidget = safely((/** @type {unknown} */ orderValue) =>
    whenThere('visibility', (api) => (shouldShowSupport(orderValue) ? api.showWidget?.() : api.hideWidget?.())),
  );
  page.openChat = safely(() => whenThere('window', (api) => api.maximize?.()));
  page.minimizeChat = safely(() => whenThere('window', (api) => api.minimize?.()));
  page.initTawkSecure = initTawkSecure;
  safely(listen)();
})();
