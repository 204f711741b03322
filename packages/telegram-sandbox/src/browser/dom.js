/** @typedef {Node | string | false | null | undefined} Child */
/** @typedef {Record<string, string | number | boolean | undefined | ((event: Event) => void)>} Props */

/**
 * An element. Functions become listeners, `true` an empty attribute, false and undefined none. Strings among the
 * children become text: data can never become markup.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Props} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function') element.addEventListener(name.replace(/^on/, ''), value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((child) => child !== false && child !== null && child !== undefined));
  return element;
}

/**
 * @template {HTMLElement} [Kind=HTMLElement]
 * @param {string} id
 * @param {{ new (): Kind }} [kind]
 * @returns {Kind}
 */
export function byId(id, kind) {
  const element = document.getElementById(id);
  if (!element || (kind && !(element instanceof kind))) throw new Error(`the page has no ${id}`);
  return /** @type {Kind} */ (element);
}

const PATHS = {
  bot: 'M12 4v3.500M5.500 8.500h13v10h-13v-10ZM9.500 12v1.500m5-1.500v1.500M9.500 16h5M3 12v3m18-3v3',
  back: 'm14.500 5-7 7 7 7',
  send: 'M4 11.500 20 4l-5 16-3.500-6.500L4 11.500Zm7.500 2L20 4',
  reply: 'M10 6 4 12l6 6v-4c5 0 8 1.500 10 5-.5-6-4-9-10-9V6Z',
  close: 'm6 6 12 12M18 6 6 18',
  down: 'm6 9.500 6 6 6-6',
  file: 'M7 3h7l4 4v14H7V3Zm7 0v4h4M10 12h5M10 15.500h5',
  download: 'M12 4v11m0 0-4.500-4.500M12 15l4.500-4.500M5 19.500h14',
  link: 'M9 15 19 5m-6 0h6v6M17 14v5H5V7h5',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8Zm0-5v2m0 14v2M3 12h2m14 0h2M5.600 5.600 7 7m10 10 1.400 1.400m0-12.800L17 7M7 17l-1.400 1.400',
  flask: 'M9.500 3.500h5m-4 0v6L5 19a1 1 0 0 0 .9 1.500h12.200A1 1 0 0 0 19 19l-5.500-9.500v-6M8 15h8',
  lock: 'M7 11V8a5 5 0 0 1 10 0v3M5.500 11h13v9h-13v-9Z',
  smile:
    'M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17ZM8.500 14c1 1.500 2 2 3.500 2s2.500-.5 3.500-2M9 9.500v.5m6-.5v.5',
  check: 'm5 12.500 4.500 4.500L19 7.500',
  people:
    'M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7Zm-6 9c0-3.500 2.500-5.500 6-5.500s6 2 6 5.500m1-15.500a3.500 3.500 0 0 1 0 6M18 14.800c2 .7 3 2.500 3 5.200',
};

/**
 * @param {keyof typeof PATHS} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', `icon icon-${name}`);
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}

/**
 * Everyone keeps their colour.
 * @param {number} id
 */
export function hueOf(id) {
  return Math.abs(id) % 7;
}

/**
 * @param {number} id
 * @param {string} name
 * @param {'person' | 'bot'} [kind]
 */
export function avatar(id, name, kind = 'person') {
  const initials = name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0] ?? '')
    .join('');
  return kind === 'bot'
    ? h('span', { class: 'avatar bot', 'aria-hidden': 'true' }, icon('bot'))
    : h('span', { class: `avatar hue-${hueOf(id)}`, 'aria-hidden': 'true' }, initials);
}
