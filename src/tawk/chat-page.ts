import type { Documentation } from '../sources/documentation.ts';
import type { WebPage } from '../sources/web-page.ts';

export type ChatPageSettings = Readonly<{
  /** TAWK_PROPERTY_ID and TAWK_WIDGET_ID: Tawk's widget, both public. */
  propertyId: string | undefined;
  widgetId: string | undefined;
  /** TAWK_EMBED_URL. */
  embedUrl: string;
  /** SHOP_ORIGINS: the pages that may embed or open this page and pass it the visitor. */
  origins: readonly string[];
}>;

const docs: Documentation = {
  tag: 'Tawk.to',
  summary: 'The chat as a page',
  description:
    'For a WebView of a mobile app: the chat over the whole screen, and the kit with which the app describes the visitor.',
  answers: {
    200: { description: 'The page.', type: 'text/html' },
    503: { description: 'TAWK_PROPERTY_ID or TAWK_WIDGET_ID is not set.', type: 'text/html' },
  },
};

/** The chat over the whole screen, for a WebView. Everything about the visitor comes at run time, never in this text. */
export function chatPage(settings: ChatPageSettings): WebPage {
  const { propertyId, widgetId } = settings;
  const isConfigured = propertyId !== undefined && widgetId !== undefined;
  const data = isConfigured
    ? {
        state: 'loading',
        'embed-url': `${settings.embedUrl}/${encodeURIComponent(propertyId)}/${encodeURIComponent(widgetId)}`,
        'embed-id': embedId(propertyId),
        origins: settings.origins.join(' '),
      }
    : { state: 'unconfigured' };
  return {
    path: '/chat-page',
    docs,
    status: isConfigured ? 200 : 503,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-cache',
      'Content-Security-Policy': policy(settings),
      'Referrer-Policy': 'strict-origin-when-cross-origin',
      'X-Content-Type-Options': 'nosniff',
    },
    body: html(data, isConfigured ? embedId(propertyId) : undefined),
  };
}

/** Tawk puts the widget into the element with this id instead of a bubble. */
function embedId(propertyId: string): string {
  return `tawk_${propertyId}`;
}

/** Tawk's hosts and ourselves, nothing else. Tawk's widget writes its styles into the page. */
function policy({ embedUrl, origins }: ChatPageSettings): string {
  const embed = new URL(embedUrl).origin;
  const tawk = [embed, 'https://*.tawk.to', 'https://tawk.link', 'https://*.tawk.link'].join(' ');
  const sockets = ['wss://*.tawk.to', embed.replace(/^http/, 'ws')].join(' ');
  return [
    "default-src 'none'",
    `script-src 'self' ${tawk}`,
    `style-src 'self' 'unsafe-inline' ${tawk}`,
    `img-src 'self' data: blob: ${tawk}`,
    `font-src data: ${tawk}`,
    `media-src data: blob: ${tawk}`,
    `connect-src 'self' ${tawk} ${sockets}`,
    `frame-src ${tawk}`,
    `frame-ancestors ${["'self'", ...origins].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function html(data: Readonly<Record<string, string>>, widget: string | undefined): string {
  const attributes = Object.entries(data).map(([name, value]) => `data-${name}="${escape(value)}"`);
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
    <meta name="color-scheme" content="light dark">
    <title>Chat with us</title>
    <link rel="stylesheet" href="tawk/chat-page.css">
  </head>
  <body ${attributes.join(' ')}>
${widget === undefined ? unconfigured : chat(widget)}
  </body>
</html>
`;
}

const unconfigured = `    <main class="notice unconfigured">
      <h1>This chat page is not set up</h1>
      <p>Set TAWK_PROPERTY_ID and TAWK_WIDGET_ID to the two IDs in your Tawk.to widget code, and restart Bellhop.</p>
    </main>`;

function chat(widget: string): string {
  return `    <div class="widget" id="${escape(widget)}"></div>
    <div class="notice loading" role="status">
      <div class="spinner" aria-hidden="true"></div>
      <p>Opening the chat…</p>
    </div>
    <div class="notice failed" role="alert">
      <h1>The chat could not be opened</h1>
      <p>Check your connection and try again.</p>
      <a href="chat-page" role="button">Try again</a>
    </div>
    <script src="tawk/context.js"></script>
    <script src="tawk/chat-page.js"></script>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
