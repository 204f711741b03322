import { readFileSync } from 'node:fs';
import type { Documentation } from '../sources/documentation.ts';
import type { WebPage } from '../sources/web-page.ts';
import { chatPage, type ChatPageSettings } from './chat-page.ts';

const minutes = 60;
/** Short, so that a new version reaches every shop soon after an update. */
const cacheFor = `public, max-age=${5 * minutes}`;

const kitDocs: Documentation = {
  tag: 'Tawk.to',
  summary: 'The kit for shops',
  description:
    "Keeps Tawk.to's widget informed of the visitor and what the visitor does. Any page may load it as a script.",
  answers: { 200: { description: 'A script without dependencies.', type: 'text/javascript' } },
};

/** The kit that shops embed, and the page that a mobile WebView opens. */
export function tawkPages(settings: ChatPageSettings): WebPage[] {
  const kit = file('context.js', 'text/javascript; charset=utf-8');
  return [
    // Any shop may run it as a script; to load it as a module, or with a check of its hash, needs its origin.
    {
      ...kit,
      docs: kitDocs,
      headers: { ...kit.headers, 'Cross-Origin-Resource-Policy': 'cross-origin' },
      origins: settings.origins,
    },
    file('chat-page.js', 'text/javascript; charset=utf-8'),
    file('chat-page.css', 'text/css; charset=utf-8'),
    chatPage(settings),
  ];
}

function file(name: string, type: string): WebPage {
  return {
    path: `/tawk/${name}`,
    docs: 'part',
    status: 200,
    headers: { 'Content-Type': type, 'Cache-Control': cacheFor, 'X-Content-Type-Options': 'nosniff' },
    body: readFileSync(new URL(`browser/${name}`, import.meta.url), 'utf8'),
  };
}
