/**
 * @import { BotCommand } from '../profile.ts'
 * @import { Change, FullState, PressResult, SampleResult, WireMessage } from './protocol.ts'
 */

/** Where the page is mounted: this file is in its `assets`. */
const BASE = new URL('..', import.meta.url).pathname.replace(/\/$/, '');

/**
 * @param {object} action
 * @returns {Promise<Record<string, unknown>>} What the sandbox made of it. Rejects with its reason when it refuses.
 */
export async function act(action) {
  const response = await fetch(`${BASE}/act`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(action),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(typeof answer.message === 'string' ? answer.message : `HTTP ${response.status}`);
  return answer;
}

/**
 * @param {string} name
 * @returns {Promise<SampleResult>}
 */
export async function sendSample(name) {
  return /** @type {SampleResult} */ (/** @type {unknown} */ (await act({ do: 'sample', name })));
}

/**
 * @param {number} chatId
 * @param {number} by
 * @returns {Promise<BotCommand[]>}
 */
export async function commandsFor(chatId, by) {
  const response = await fetch(`${BASE}/commands?chat=${chatId}&by=${by}`);
  return response.ok ? response.json() : [];
}

/**
 * @param {{ chatId: number; threadId?: number | undefined }} view
 * @param {number} before
 * @returns {Promise<{ messages: WireMessage[]; more: boolean }>}
 */
export async function olderMessages({ chatId, threadId }, before) {
  const thread = threadId === undefined ? '' : `&thread=${threadId}`;
  const response = await fetch(`${BASE}/messages?chat=${chatId}${thread}&before=${before}`);
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response.json();
}

/** @param {string} fileId */
export function fileUrl(fileId) {
  return `${BASE}/files/${encodeURIComponent(fileId)}`;
}

/**
 * @param {{
 *   state: (state: FullState) => void;
 *   change: (change: Change) => void;
 *   answered: (result: PressResult) => void;
 *   lost: () => void;
 * }} listeners
 */
export function listen(listeners) {
  const source = new EventSource(`${BASE}/stream`);
  source.addEventListener('state', ({ data }) => listeners.state(JSON.parse(data)));
  source.addEventListener('change', ({ data }) => listeners.change(JSON.parse(data)));
  source.addEventListener('answered', ({ data }) => listeners.answered(JSON.parse(data)));
  source.addEventListener('error', () => {
    listeners.lost();
    // EventSource does not reconnect after a refusal, and a restarting server may refuse for a moment.
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(() => listen(listeners), 2000);
  });
}
