import { createConversationView } from './conversation-view.js';
import { byId } from './dom.js';
import { createConversationList } from './conversation-list.js';
import { createNewForm } from './new-form.js';

/** @import { PanelState } from './protocol.ts' */

const BASE = new URL('..', import.meta.url);
const problem = byId('problem');
/** @type {PanelState} */
let state = { account: '', inboxes: [], conversations: [] };
let openId = Number(location.hash.slice(1));

const list = createConversationList(open);
const newForm = createNewForm(act, open);
const view = createConversationView(act, () => open(0));

addEventListener('hashchange', () => {
  openId = Number(location.hash.slice(1));
  draw();
});
const source = new EventSource(new URL('stream', BASE));
source.addEventListener('message', ({ data }) => {
  byId('offline').hidden = true;
  state = JSON.parse(data);
  draw();
});
source.addEventListener('error', () => {
  byId('offline').hidden = false;
});

/** @param {number} id 0: none */
function open(id) {
  location.hash = id ? String(id) : '';
}

function draw() {
  byId('account').textContent = state.account;
  const shown = state.conversations.find(({ id }) => id === openId);
  document.body.classList.toggle('in-conversation', shown !== undefined);
  byId('nothing-open').hidden = shown !== undefined;
  list.draw(state.conversations, openId);
  newForm.draw(state.inboxes);
  view.draw(shown);
}

/**
 * @param {object} action
 * @returns {Promise<number | undefined>} The number of the conversation; undefined when it was refused, which is shown.
 */
async function act(action) {
  const answer = await fetch(new URL('act', BASE), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(action),
  })
    .then((response) => response.json())
    .catch((error) => ({ message: String(error) }));
  const reason = typeof answer.id === 'number' ? undefined : String(answer.message ?? 'The sandbox refused it.');
  problem.hidden = reason === undefined;
  problem.textContent = reason ?? '';
  return answer.id;
}
