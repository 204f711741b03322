import { createChatList, lastWords } from './chat-list.js';
import { createComposer } from './composer.js';
import { byId, icon } from './dom.js';
import { createMessageClicks } from './message-clicks.js';
import { createMessageList } from './message-list.js';
import { createFaults } from './panel-faults.js';
import { createFrames } from './panel-frames.js';
import { createLog } from './panel-log.js';
import { createSamples } from './panel-samples.js';
import { createPanel } from './panel.js';
import { createPeopleBar } from './people-bar.js';
import { createPresses } from './presses.js';
import { fileUrl, listen } from './server.js';
import { createStore, isPrivate } from './store.js';
import { keyOf } from './views.js';
import { createTheme } from './theme.js';
import { clearToasts, showFile, toast } from './toast.js';
import { createWelcome } from './welcome.js';

/**
 * @import { View } from './views.js'
 * @import { WireMessage } from './protocol.ts'
 */

const store = createStore();
const { state } = store;

for (const place of document.querySelectorAll('[data-icon]')) {
  place.prepend(icon(/** @type {Parameters<typeof icon>[0]} */ (place.getAttribute('data-icon'))));
}

createTheme();
createPeopleBar(store);
createFaults(store);
const log = createLog(store);
const frames = createFrames(store);
const panel = createPanel({
  shown(tab) {
    log.show(tab === 'tab-log');
    frames.show(tab);
  },
});
const presses = createPresses(store);
const welcome = createWelcome(store, {
  sendSample(name) {
    document.body.classList.add('in-chat');
    clearToasts();
    void samples.send(name);
  },
  type: (text) => void composer.send(text),
});
const samples = createSamples(store, {
  sent(ok) {
    if (ok) welcome.sampleSent();
    else toast('The sample was refused: see the answer under Samples.', { tone: 'bad' });
  },
});
const composer = createComposer(store, {
  sent: (text) => welcome.typed(text),
});
const chats = createChatList(store, open);
const failed = (/** @type {string} */ reason) => toast(reason, { tone: 'bad' });
createMessageClicks(store, createMessageList(store, { failed }), {
  reply: composer.reply,
  openFile,
  command: (text) => void composer.send(text),
  pressed: (press, button) => presses.pressed(press, button),
  failed,
});

store.on(['everything'], panel.selectVisible);
store.on(['everything', 'view', 'chats', 'me'], drawHeading);
store.on(['connection'], () => {
  byId('offline').hidden = state.connected;
});
store.on(['messages'], ({ fresh }) => announce(fresh.filter(({ fromId, service }) => fromId !== state.me && !service)));
byId('back').addEventListener('click', () => {
  document.body.classList.remove('in-chat');
  clearToasts();
  const row = byId('chat-list').querySelector('[aria-current]');
  if (row instanceof HTMLElement) row.focus();
});
document.addEventListener('keydown', (event) => {
  if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
  event.preventDefault();
  chats.go(event.key === 'ArrowDown' ? 1 : -1);
});

listen({
  state: (full) => store.replaceAll(full),
  change: (change) => store.apply(change),
  answered: presses.answered,
  lost: () => {
    if (state.connected || state.people.length === 0) store.lose();
  },
});

/** @param {View} view */
function open(view) {
  document.body.classList.add('in-chat');
  panel.closeDrawer();
  store.open(view);
  if (matchMedia('(hover: hover)').matches) composer.focus();
}

function drawHeading() {
  const chat = store.chatHere();
  if (!chat) return;
  const topic = chat.topics.find(({ threadId }) => threadId === state.view.threadId);
  const here = state.people.filter(({ id }) => chat.present.includes(id)).map(({ firstName }) => firstName);
  byId('bot-name').textContent = state.bot.name;
  byId('chat-title').textContent = chat.forum ? (topic?.name ?? 'General') : chat.title;
  const members = isPrivate(chat) ? 'bot' : [...here, state.bot.name].join(', ');
  byId('chat-about').textContent = chat.forum ? `${chat.title} · ${members}` : members;
  document.title = `${byId('chat-title').textContent} · ${state.bot.name} sandbox`;
}

/** @param {WireMessage} message */
function openFile({ document: file, photo }) {
  const shown = file ?? photo;
  if (shown) void showFile({ name: shown.name, mime: photo ? 'image/png' : shown.mime, url: fileUrl(shown.id) });
}

/**
 * Read aloud where the chat is open, a notice with a way there where it is not.
 * @param {WireMessage[]} messages
 */
function announce(messages) {
  const last = messages.at(-1);
  if (!last) return;
  const here = messages.filter((message) => keyOf(message) === keyOf(state.view));
  const spoken = here.at(-1);
  if (spoken) byId('live').textContent = here.length > 1 ? `${here.length} new messages` : lastWords(spoken, state.me);

  const chat = state.chats.find(({ id }) => id === last.chatId);
  const isMine = !!chat && (isPrivate(chat) ? chat.id === state.me : chat.present.includes(state.me));
  const isElsewhere = keyOf(last) !== keyOf(state.view);
  const isHidden = last.ephemeralFor !== undefined && last.ephemeralFor !== state.me;
  // On a phone the list of chats shows it itself, and a notice would cover its rows.
  const isInList = byId('messages').getClientRects().length === 0;
  if (!chat || !isMine || !isElsewhere || isHidden || isInList || here.length > 0) return;
  const topic = chat.topics.find(({ threadId }) => threadId === last.threadId)?.name;
  const where = topic ? `${chat.title} › ${topic}` : chat.title;
  const words = lastWords(last, state.me);
  // The bot's own chat has its name already.
  const said = isPrivate(chat) ? words : `${where}: ${words}`;
  toast(said.length > 90 ? `${said.slice(0, 90)}…` : said, {
    action: {
      label: 'Show',
      run: () => open({ chatId: last.chatId, ...(last.threadId ? { threadId: last.threadId } : {}) }),
    },
  });
}
