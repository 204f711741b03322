import { h } from './dom.js';

const words = await fetch(new URL('../words', import.meta.url)).then((response) => response.json());
document.body.append(h('p', {}, words));
