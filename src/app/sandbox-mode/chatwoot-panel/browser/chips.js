import { h } from './dom.js';

/** @import { PanelConversation } from './protocol.ts' */

/** @param {Pick<PanelConversation, 'status' | 'isWaiting'>} conversation */
export function statusChip({ status, isWaiting }) {
  const isUrging = status === 'open' && isWaiting;
  return h('span', { class: `chip status-${status}` }, isUrging ? 'open, waiting' : status);
}
