import { createCommandMenu } from './command-menu.js';
import { byId } from './dom.js';
import { act } from './server.js';
import { isPrivate } from './store.js';
import { keyOf } from './views.js';
import { toast } from './toast.js';

/**
 * @import { Store } from './store.js'
 * @import { WireMessage } from './protocol.ts'
 */

/**
 * Where the acting person writes: the field, what it replies to, the command menu.
 * @param {Store} store
 * @param {{ sent: (text: string) => void }} on
 */
export function createComposer(store, on) {
  const form = byId('composer', HTMLFormElement);
  const field = byId('field', HTMLTextAreaElement);
  const replyBar = byId('reply-bar');
  const { state } = store;
  /** @type {Map<string, string>} Drafts by person and view. */
  const drafts = new Map();
  /** @type {Set<string>} Forced replies that this person has dismissed. */
  const putAway = new Set();
  /** @type {WireMessage | undefined} */
  let replyTo;
  let isForced = false;
  let place = '';

  const menu = createCommandMenu(store, field, (command, how) => {
    setText(how === 'complete' ? `/${command} ` : '');
    menu.close();
    if (how === 'send') void send(`/${command}`);
    field.focus();
  });

  store.on(['everything', 'view', 'me', 'chats'], arrive);
  store.on(['messages'], ({ fresh }) => {
    drawForm();
    const asked = fresh.findLast((message) => keyOf(message) === keyOf(state.view) && isAskedOfMe(message));
    if (asked) answer(asked, true);
    if (replyTo && !store.messagesHere().some(({ id }) => id === replyTo?.id)) answer(undefined);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
  });
  field.addEventListener('input', () => {
    fit();
    void menu.update();
  });
  field.addEventListener('blur', menu.close);
  field.addEventListener('keydown', (event) => {
    if (menu.key(event) || event.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      submit();
    }
    if (event.key === 'Escape' && replyTo) {
      event.stopPropagation();
      answer(undefined);
    }
  });
  byId('reply-cancel').addEventListener('click', () => {
    answer(undefined);
    field.focus();
  });
  byId('slash').addEventListener('click', () => {
    setText('/');
    field.focus();
    void menu.update();
  });
  byId('join').addEventListener('click', () => {
    void act({ do: 'join', chatId: state.view.chatId, userId: state.me }).catch(complain);
  });
  byId('start').addEventListener('click', () => void send('/start'));

  /** Another chat, or another person: their own draft, and what they are asked. */
  function arrive() {
    const now = `${state.me}|${keyOf(state.view)}`;
    drawForm();
    if (now === place) return;
    if (field.value) drafts.set(place, field.value);
    else drafts.delete(place);
    place = now;
    setText(drafts.get(now) ?? '');
    menu.close();
    answer(openQuestion(), true);
  }

  function drawForm() {
    const chat = store.chatHere();
    const me = store.myself();
    const isStranger = !!chat && !isPrivate(chat) && !chat.present.includes(state.me);
    const isUnstarted = !!chat && isPrivate(chat) && store.messagesHere().length === 0;
    byId('not-here').hidden = !isStranger;
    byId('not-here-who').textContent = me?.firstName ?? '';
    byId('join').textContent = `Add ${me?.firstName ?? ''} to the group`;
    byId('start').hidden = !isUnstarted;
    form.hidden = isStranger || isUnstarted;
    field.placeholder = (isForced && replyTo?.forceReply?.placeholder) || `Message as ${me?.firstName ?? ''}`;
  }

  /** The bot's last question to this person here, until they write something. */
  function openQuestion() {
    const asked = store.messagesHere().findLast((message) => message.fromId === state.me || isAskedOfMe(message));
    return asked && asked.fromId !== state.me && !putAway.has(questionKey(asked)) ? asked : undefined;
  }

  /** @param {WireMessage} message */
  function isAskedOfMe(message) {
    if (!message.forceReply || !message.isBot) return false;
    if (!message.forceReply.selective) return true;
    const repliedTo = store.messagesHere().find(({ id }) => id === message.replyTo);
    const mentioned = (message.entities ?? []).some((entity) => {
      const words = message.text?.slice(entity.offset, entity.offset + entity.length);
      return entity.user?.id === state.me || (entity.type === 'mention' && words === `@${store.myself()?.username}`);
    });
    return mentioned || repliedTo?.fromId === state.me;
  }

  /** @param {WireMessage | undefined} message @param {boolean} [forced] */
  function answer(message, forced = false) {
    if (!message && isForced && replyTo) putAway.add(questionKey(replyTo));
    replyTo = message;
    isForced = forced && message !== undefined;
    replyBar.hidden = message === undefined;
    byId('reply-name').textContent = message ? `Reply to ${message.fromName}` : '';
    byId('reply-text').textContent = message?.text?.split('\n')[0] ?? message?.document?.name ?? '';
    drawForm();
    if (message && document.activeElement?.closest('#chat, body')) field.focus({ preventScroll: true });
  }

  function submit() {
    const text = field.value.trim();
    if (text === '') return;
    setText('');
    menu.close();
    void send(text);
  }

  /** @param {string} text */
  async function send(text) {
    const { chatId, threadId } = state.view;
    const by = state.me;
    const answered = replyTo;
    answer(undefined);
    try {
      await act({ do: 'type', chatId, threadId, by, text, replyTo: answered?.id });
      state.atEnd = true;
      on.sent(text);
    } catch (error) {
      if (field.value === '') setText(text);
      if (answered) answer(answered);
      complain(error);
    }
  }

  /** @param {string} text */
  function setText(text) {
    field.value = text;
    fit();
  }

  /** As tall as its text, up to what the style allows. */
  function fit() {
    field.style.height = 'auto';
    field.style.height = `${field.scrollHeight}px`;
  }

  /** @param {WireMessage} message */
  function questionKey(message) {
    return `${state.me}|${message.chatId}|${message.id}`;
  }

  /** @param {WireMessage} message */
  function reply(message) {
    answer(message);
  }

  return { send, reply, focus: () => field.focus() };
}

/** @param {unknown} error */
function complain(error) {
  toast(error instanceof Error ? error.message : String(error), { tone: 'bad' });
}
