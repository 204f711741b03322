import { avatar, h, hueOf, icon } from './dom.js';
import { fileUrl } from './server.js';
import { renderText } from './text.js';
import { fullTimeOf, sizeOf, timeOf } from './time.js';

/** @import { WireButton, WireFile, WireMessage } from './protocol.ts' */

/**
 * One message as the acting person sees it. What is clicked in it carries data attributes; the list listens.
 * @param {WireMessage} message
 * @param {{ me: number; inGroup: boolean; pressing: ReadonlySet<string> }} seen
 */
export function messageView(message, { me, inGroup, pressing }) {
  if (message.service) {
    return h('div', { class: 'service', 'data-id': message.id, 'data-from': 0 }, h('span', {}, message.service));
  }
  const isOwn = message.fromId === me;
  const bubble = h(
    'div',
    { class: 'bubble' },
    inGroup &&
      !isOwn &&
      h('div', { class: `name hue-text-${message.isBot ? 'bot' : hueOf(message.fromId)}` }, message.fromName),
    message.ephemeralFor !== undefined && h('div', { class: 'only-you' }, 'Only you can see this'),
    message.replyTo !== undefined && replyQuote(message),
    message.photo && photoView(message.photo),
    message.document && documentView(message.document),
    textView(message),
    metaView(message),
  );
  return h(
    'article',
    {
      class: `message ${isOwn ? 'own' : message.isBot ? 'from-bot' : 'from-other'}`,
      'data-id': message.id,
      'data-from': message.fromId,
      'aria-label': `${isOwn ? 'You' : message.fromName}, ${timeOf(message.date)}`,
      tabindex: -1,
    },
    inGroup && !isOwn && avatar(message.fromId, message.fromName, message.isBot ? 'bot' : 'person'),
    h('div', { class: 'column' }, bubble, message.keyboard && keyboardView(message, message.keyboard, pressing)),
    h(
      'div',
      { class: 'tools' },
      h(
        'button',
        { type: 'button', class: 'tool', 'data-reply': message.id, 'aria-label': 'Reply', title: 'Reply' },
        icon('reply'),
      ),
    ),
  );
}

/**
 * With its text: after an edit another button may be in its place, which is not being pressed.
 * @param {WireMessage} message @param {number} row @param {number} col
 */
export function buttonKey({ chatId, id, keyboard }, row, col) {
  return `${chatId}/${id}/${row}/${col}/${keyboard?.[row]?.[col]?.text ?? ''}`;
}

/** @param {WireMessage} message */
function textView({ text, entities, rich }) {
  // Inert: a parsed document runs and fetches nothing, and only its text is taken.
  if (rich) return h('div', { class: 'text' }, new DOMParser().parseFromString(rich, 'text/html').body.innerText);
  if (!text) return undefined;
  return h('div', { class: `text${isOnlyEmoji(text) ? ' big' : ''}`, dir: 'auto' }, renderText(text, entities ?? []));
}

/** @param {string} text */
function isOnlyEmoji(text) {
  return (
    text.length <= 24 &&
    /^(?:\p{Extended_Pictographic}(?:\uFE0F|\u200D\p{Extended_Pictographic}|\p{EMod})*){1,3}$/u.test(text)
  );
}

/** @param {WireMessage} message */
function metaView({ date, edited, reactions }) {
  return h(
    'div',
    { class: 'meta' },
    reactions.length > 0 && reactionsView(reactions),
    edited && h('span', { class: 'edited' }, 'edited'),
    h('time', { datetime: new Date(date * 1000).toISOString(), title: fullTimeOf(date) }, timeOf(date)),
  );
}

/** @param {WireMessage['reactions']} reactions */
function reactionsView(reactions) {
  const counts = new Map();
  for (const { emoji } of reactions) counts.set(emoji, (counts.get(emoji) ?? 0) + 1);
  return h('span', { class: 'reactions' }, ...[...counts].map(([emoji, count]) => h('span', {}, `${emoji} ${count}`)));
}

/** @param {WireMessage} message */
function replyQuote({ replyTo, reply }) {
  const name = reply?.name ?? 'Deleted message';
  return h(
    'button',
    {
      type: 'button',
      class: 'reply-quote',
      'data-jump': replyTo,
      'aria-label': `In reply to ${name}: ${reply?.text ?? ''}`,
    },
    h('b', {}, name),
    h('span', { dir: 'auto' }, reply?.text ?? ''),
  );
}

/** @param {WireFile} photo */
function photoView({ id, name, width = 320, height = 240 }) {
  return h(
    'button',
    { type: 'button', class: 'photo', 'data-file': id, 'aria-label': `Open photo ${name}` },
    h('img', { src: fileUrl(id), alt: '', width, height, loading: 'lazy' }),
  );
}

/** @param {WireFile} file */
function documentView({ id, name, size }) {
  return h(
    'div',
    { class: 'document' },
    h(
      'button',
      { type: 'button', class: 'open', 'data-file': id, 'aria-label': `Open ${name}` },
      h('span', { class: 'file-icon' }, icon('file')),
      h('span', { class: 'file-name' }, h('b', {}, name), h('small', {}, sizeOf(size))),
    ),
    h(
      'a',
      {
        class: 'tool',
        href: `${fileUrl(id)}?download`,
        download: name,
        'aria-label': `Download ${name}`,
        title: 'Download',
      },
      icon('download'),
    ),
  );
}

/**
 * @param {WireMessage} message
 * @param {WireButton[][]} rows
 * @param {ReadonlySet<string>} pressing
 */
function keyboardView(message, rows, pressing) {
  return h(
    'div',
    { class: 'keyboard', role: 'group', 'aria-label': 'Buttons' },
    ...rows.map((row, at) =>
      h(
        'div',
        { class: 'row' },
        ...row.map((button, col) => buttonView(button, at, col, pressing.has(buttonKey(message, at, col)))),
      ),
    ),
  );
}

/**
 * @param {WireButton} button
 * @param {number} row
 * @param {number} col
 * @param {boolean} isPressing
 */
function buttonView({ text, kind, url, style }, row, col, isPressing) {
  const look = ['success', 'danger', 'primary'].includes(style ?? '') ? ` ${style}` : '';
  const label = h('span', { class: 'label', dir: 'auto' }, text);
  if (kind === 'url' && url && /^https?:/i.test(url)) {
    return h(
      'a',
      { class: `key${look}`, href: url, target: '_blank', rel: 'noopener noreferrer', title: url },
      label,
      icon('link'),
    );
  }
  return h(
    'button',
    {
      type: 'button',
      class: `key${look}`,
      'data-row': row,
      'data-col': col,
      disabled: kind === 'disabled',
      'aria-busy': isPressing ? 'true' : undefined,
    },
    label,
  );
}
