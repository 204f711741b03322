import { h } from './dom.js';
import { formatTgTime, fullTimeOf } from './time.js';

/** @import { Entity } from '../entities.ts' */

/**
 * Text with its entities, as Telegram shows it. Built from text nodes only.
 * @param {string} text
 * @param {readonly Entity[]} entities Offsets in UTF-16 units, which is what JavaScript counts in.
 */
export function renderText(text, entities) {
  const fragment = document.createDocumentFragment();
  const sorted = entities.toSorted((a, b) => a.offset - b.offset || b.length - a.length);
  fill(fragment, text, 0, text.length, sorted);
  return fragment;
}

/**
 * @param {Node} parent
 * @param {string} text
 * @param {number} from
 * @param {number} to
 * @param {readonly Entity[]} entities
 */
function fill(parent, text, from, to, entities) {
  let at = from;
  for (let index = 0; index < entities.length; ) {
    const entity = entities[index];
    const start = Math.max(entity?.offset ?? to, at);
    const end = Math.min((entity?.offset ?? to) + (entity?.length ?? 0), to);
    index += 1;
    if (!entity || end <= start) continue;
    const inside = [];
    for (; index < entities.length; index += 1) {
      const next = entities[index];
      if (!next || next.offset >= end) break;
      inside.push(next);
    }
    addText(parent, text.slice(at, start));
    const { outer, inner, isBlock } = elementOf(entity, text.slice(start, end));
    if (inner) fill(inner, text, start, end, inside);
    parent.appendChild(outer);
    // The line break after a block is the block's own.
    at = isBlock && text[end] === '\n' ? end + 1 : end;
  }
  addText(parent, text.slice(at, to));
}

/**
 * @param {Node} parent
 * @param {string} text
 */
function addText(parent, text) {
  if (text !== '') parent.appendChild(document.createTextNode(text));
}

/**
 * @param {Entity} entity
 * @param {string} words
 * @returns {{ outer: HTMLElement; inner?: HTMLElement; isBlock?: boolean }} Without `inner` it is complete.
 */
function elementOf(entity, words) {
  switch (entity.type) {
    case 'bold':
      return plain('b');
    case 'italic':
      return plain('i');
    case 'underline':
      return plain('u');
    case 'strikethrough':
      return plain('s');
    case 'code':
      return plain('code');
    case 'pre':
      return codeBlock(entity.language);
    case 'blockquote':
      return { ...plain('blockquote'), isBlock: true };
    case 'expandable_blockquote':
      return { ...expandableQuote(), isBlock: true };
    case 'spoiler':
      return spoiler();
    case 'text_link':
      return link(entity.url ?? words);
    case 'url':
      return link(/^[a-z][a-z0-9+.-]*:\/\//i.test(words) ? words : `http://${words}`);
    case 'email':
      return link(`mailto:${words}`);
    case 'phone_number':
      return link(`tel:${words}`);
    case 'bot_command':
      return same(h('button', { type: 'button', class: 'linkish', 'data-command': words }));
    case 'date_time':
      return tgTime(entity.unix_time ?? 0, entity.date_flags ?? 0, words);
    case 'mention':
    case 'hashtag':
    case 'cashtag':
    case 'text_mention':
      return same(h('span', { class: 'linkish' }));
    default:
      return plain('span');
  }
}

/** @param {'b' | 'i' | 'u' | 's' | 'code' | 'blockquote' | 'span'} tag */
function plain(tag) {
  return same(h(tag));
}

/** @param {HTMLElement} element */
function same(element) {
  return { outer: element, inner: element };
}

/** @param {string | undefined} language */
function codeBlock(language) {
  const code = h('code');
  const label = language ? h('span', { class: 'language', 'aria-hidden': 'true' }, language) : undefined;
  return { outer: h('pre', {}, label, code), inner: code, isBlock: true };
}

function expandableQuote() {
  const inner = h('div', { class: 'quoted' });
  const toggle = h('button', { type: 'button', class: 'expand', 'aria-expanded': 'false' }, 'Show more');
  const outer = h('blockquote', { class: 'expandable' }, inner, toggle);
  toggle.addEventListener('click', () => {
    const isOpen = outer.classList.toggle('open');
    toggle.setAttribute('aria-expanded', String(isOpen));
    toggle.textContent = isOpen ? 'Show less' : 'Show more';
  });
  return { outer, inner };
}

function spoiler() {
  const inner = h('span', { 'aria-hidden': 'true' });
  const outer = h(
    'span',
    { class: 'spoiler', role: 'button', tabindex: 0, 'aria-label': 'Hidden text: press to show' },
    inner,
  );
  const reveal = () => {
    outer.classList.add('shown');
    for (const name of ['role', 'tabindex', 'aria-label']) outer.removeAttribute(name);
    inner.removeAttribute('aria-hidden');
  };
  outer.addEventListener('click', reveal);
  outer.addEventListener('keydown', ({ key }) => {
    if (key === 'Enter' || key === ' ') reveal();
  });
  return { outer, inner };
}

/** @param {string} url */
function link(url) {
  const isSafe = /^(?:https?|mailto|tel):/i.test(url);
  if (!isSafe) return same(h('span', { class: 'linkish', title: url }));
  return same(h('a', { href: url, target: '_blank', rel: 'noopener noreferrer', title: url }));
}

/**
 * @param {number} unix
 * @param {number} flags
 * @param {string} words
 */
function tgTime(unix, flags, words) {
  const shown = flags === 0 ? words : formatTgTime(unix, flags);
  return {
    outer: h(
      'time',
      { class: 'tg-time', datetime: new Date(unix * 1000).toISOString(), title: fullTimeOf(unix) },
      shown,
    ),
  };
}
