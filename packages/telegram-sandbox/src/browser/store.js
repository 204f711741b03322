import { forgetMessages, keyOf, putMessage } from './views.js';

/**
 * @import { Change, FullState, WireCall, WireChat, WireMessage, WirePerson, Welcome, WireSample, WireConditions, WireTab } from './protocol.ts'
 * @import { View } from './views.js'
 * @typedef {'everything' | 'messages' | 'chats' | 'view' | 'me' | 'calls' | 'conditions' | 'connection' | 'read' | 'pressing'} Topic
 * @typedef {{ changed: WireMessage[]; fresh: WireMessage[]; deleted: { chatId: number; ids: number[] }[] }} MessageNews
 * @typedef {ReturnType<typeof createStore>} Store
 */

/** More than this in one view while it is read at its end, and the oldest are left to be fetched again. */
const MAX_IN_VIEW = 400;
const KEPT_IN_VIEW = 200;
const KEPT_CALLS = 300;

/** The page's state, and listeners to its changes. */
export function createStore() {
  const state = {
    connected: false,
    bot: { id: 0, name: 'Telegram', username: '' },
    /** @type {WirePerson[]} */ people: [],
    /** @type {WireChat[]} */ chats: [],
    /** @type {Map<string, WireMessage[]>} By view, oldest first. */ messages: new Map(),
    /** @type {Set<string>} */ olderIn: new Set(),
    /** @type {WireCall[]} Oldest first. */ calls: [],
    refusals: 0,
    /** @type {WireConditions} */ conditions: { flood: 'off', faults: [], ahead: 0 },
    /** @type {WireSample[]} */ samples: [],
    samplesAbout: '',
    /** @type {Welcome | undefined} */ welcome: undefined,
    /** @type {WireTab[]} */ tabs: [],
    me: 0,
    /** @type {View} */ view: { chatId: 0 },
    /** The open view is scrolled to its end. */
    atEnd: true,
    /** @type {Map<string, number>} Last message read, by person and view. */ read: new Map(),
    /** @type {Set<string>} Buttons whose press has no answer yet. */ pressing: new Set(),
  };
  /** @type {Map<Topic, ((news: MessageNews) => void)[]>} */
  const listeners = new Map();
  const NOTHING = { changed: [], fresh: [], deleted: [] };

  /**
   * @param {Topic} topic
   * @param {MessageNews} [news]
   */
  function notify(topic, news = NOTHING) {
    for (const listener of listeners.get(topic) ?? []) listener(news);
  }

  /** @param {string} key */
  function readMark(key) {
    return `${state.me}|${key}`;
  }

  /** @param {string} key */
  function lastIn(key) {
    return state.messages.get(key)?.at(-1)?.id ?? 0;
  }

  /** @param {string} key */
  function trim(key) {
    const list = state.messages.get(key);
    const isOpen = key === keyOf(state.view);
    if (!list || list.length <= MAX_IN_VIEW || (isOpen && !state.atEnd)) return;
    state.messages.set(key, list.slice(-KEPT_IN_VIEW));
    state.olderIn.add(key);
  }

  return {
    state,

    /** @param {Topic[]} topics @param {(news: MessageNews) => void} listener */
    on(topics, listener) {
      for (const topic of topics) listeners.set(topic, [...(listeners.get(topic) ?? []), listener]);
    },

    /** @param {FullState} full */
    replaceAll(full) {
      const { messages, olderIn, ...rest } = full;
      const isFirst = state.people.length === 0;
      Object.assign(state, rest, { connected: true, messages: new Map(), olderIn: new Set(olderIn) });
      state.pressing.clear();
      for (const message of messages) putMessage(state.messages, message);
      if (!state.people.some(({ id }) => id === state.me)) state.me = state.people[0]?.id ?? 0;
      const chat =
        state.chats.find(({ id }) => id === state.view.chatId) ?? state.chats.find((chat) => !isPrivate(chat));
      const hasTopic = chat?.topics.some(({ threadId }) => threadId === state.view.threadId);
      state.view = { chatId: chat?.id ?? 0, ...(hasTopic ? { threadId: state.view.threadId } : {}) };
      for (const [key] of state.messages) {
        // What was there before the page was opened counts as read; a restarted server counts from the beginning.
        for (const { id } of state.people) {
          const mark = `${id}|${key}`;
          if (isFirst || (state.read.get(mark) ?? 0) > lastIn(key)) state.read.set(mark, lastIn(key));
        }
      }
      notify('connection');
      notify('everything');
    },

    /** @param {Change} change */
    apply(change) {
      const { chats, people, conditions, messages = [], restarted = [], deleted = [], calls = [] } = change;
      if (people) state.people = people;
      if (chats) state.chats = chats;
      if (conditions) state.conditions = conditions;
      if (change.refusals !== undefined) state.refusals = change.refusals;
      state.calls = [...state.calls, ...calls].slice(-KEPT_CALLS);
      for (const key of restarted) {
        state.messages.set(key, []);
        state.olderIn.add(key);
      }
      const fresh = messages.filter((message) => putMessage(state.messages, message));
      for (const { chatId, ids } of deleted) forgetMessages(state.messages, chatId, new Set(ids));
      for (const key of new Set(messages.map(keyOf))) trim(key);
      if (chats || people) notify('chats');
      if (messages.length > 0 || deleted.length > 0) notify('messages', { changed: messages, fresh, deleted });
      if (calls.length > 0) notify('calls');
      if (conditions) notify('conditions');
    },

    /** @param {View} view @param {WireMessage[]} older @param {boolean} more */
    prepend(view, older, more) {
      const key = keyOf(view);
      state.messages.set(key, [...older, ...(state.messages.get(key) ?? [])]);
      if (!more) state.olderIn.delete(key);
    },

    lose() {
      state.connected = false;
      notify('connection');
    },

    /** @param {number} person */
    actAs(person) {
      state.me = person;
      const chat = state.chats.find(({ id }) => id === state.view.chatId);
      // A private chat is its owner's alone; the next person goes to their own.
      if (chat && isPrivate(chat)) state.view = { chatId: person };
      notify('me');
      notify('view');
    },

    /** @param {View} view */
    open(view) {
      state.view = view;
      state.atEnd = true;
      notify('view');
    },

    /** The open view has been read to its end. */
    markRead() {
      const key = keyOf(state.view);
      const mark = readMark(key);
      if (state.read.get(mark) === lastIn(key)) return;
      state.read.set(mark, lastIn(key));
      notify('read');
    },

    /** @param {View} view */
    unread(view) {
      const key = keyOf(view);
      const read = state.read.get(readMark(key)) ?? 0;
      const list = state.messages.get(key) ?? [];
      return list.filter((message) => message.id > read && message.fromId !== state.me && isVisible(message)).length;
    },

    /** @param {string} button @param {boolean} isPressing */
    setPressing(button, isPressing) {
      if (isPressing) state.pressing.add(button);
      else state.pressing.delete(button);
      notify('pressing');
    },

    messagesHere: () => (state.messages.get(keyOf(state.view)) ?? []).filter(isVisible),
    chatHere: () => state.chats.find(({ id }) => id === state.view.chatId),
    myself: () => state.people.find(({ id }) => id === state.me),
  };

  /** @param {WireMessage} message */
  function isVisible({ ephemeralFor }) {
    return ephemeralFor === undefined || ephemeralFor === state.me;
  }
}

/** @param {WireChat} chat */
export function isPrivate(chat) {
  return chat.type === 'private';
}
