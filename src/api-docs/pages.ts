import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { RequestHandler } from 'express';
import { redirectTo } from '../http/redirect.ts';
import type { Route } from '../http/route.ts';
import type { Documentation } from '../sources/documentation.ts';
import { serveBytes } from '../http/serve.ts';

const { resolve } = createRequire(import.meta.url);
const swagger = (name: string) => pathToFileURL(resolve(`swagger-ui-dist/${name}`));
const redoc = pathToFileURL(resolve('redoc/bundles/redoc.standalone.js'));
const own = (name: string) => new URL(`browser/${name}`, import.meta.url);

const javascript = 'text/javascript; charset=utf-8';
const css = 'text/css; charset=utf-8';

/** Swagger UI at `/docs` and ReDoc at `/redoc`. Everything they load comes from here. */
export function documentationPages({ canSign }: { canSign: boolean }): Route[] {
  const swaggerPage = serveBytes(html, async () => swaggerHtml(canSign));
  return [
    {
      path: '/docs',
      docs: docsOf('Swagger UI', 'This interface, to read and to try.'),
      handler: inPolicy(swaggerPage),
    },
    { path: '/redoc', docs: docsOf('ReDoc', 'This interface, to read.'), handler: serveRedoc },
    // The links in them are relative to the path without a slash.
    { path: '/docs/', docs: 'part', handler: redirectTo('../docs') },
    { path: '/redoc/', docs: 'part', handler: redirectTo('../redoc') },
    part('/docs/page.css', css, own('page.css')),
    part('/docs/docs.js', javascript, own('docs.js')),
    part('/docs/swagger-ui.css', css, swagger('swagger-ui.css')),
    part('/docs/swagger-ui-bundle.js', javascript, swagger('swagger-ui-bundle.js')),
    part('/redoc/redoc.js', javascript, own('redoc.js')),
    { path: '/redoc/redoc.standalone.js', docs: 'part', handler: serveBytes(javascript, redocWithoutLogo) },
  ];
}

const html = 'text/html; charset=utf-8';

function docsOf(summary: string, description: string): Documentation {
  return { tag: 'Operations', summary, description, answers: { 200: { description: 'A page.', type: 'text/html' } } };
}

function part(path: string, type: string, file: URL): Route {
  return { path, docs: 'part', handler: serveBytes(type, () => readFile(file)) };
}

/** The bundle loads the logo of its maker from elsewhere, and offers no option against that. */
async function redocWithoutLogo(): Promise<string> {
  const nothing = 'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E';
  return (await readFile(redoc, 'utf8')).replaceAll('https://cdn.redoc.ly/redoc/logo-mini.svg', nothing);
}

function policy(styles: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src ${styles}`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function inPolicy(handler: RequestHandler): RequestHandler {
  const value = policy("'self'");
  return (req, res, next) => {
    res.set('Content-Security-Policy', value);
    return handler(req, res, next);
  };
}

/** Of the two styles that the bundle writes while it loads, before it takes the nonce. */
const redocStyles = [
  "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
  "'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='",
];

const serveRedoc: RequestHandler = (_, res) => {
  const nonce = randomBytes(16).toString('base64url');
  res.set({
    'Content-Security-Policy': policy(["'self'", `'nonce-${nonce}'`, ...redocStyles].join(' ')),
    'Cache-Control': 'no-store',
  });
  res.type('html').send(redocHtml(nonce));
};

function head(title: string): string {
  return `<meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light">
    <title>${title}</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="docs/page.css">`;
}

function swaggerHtml(canSign: boolean): string {
  const signing = `
      <label title="Adds the key or signature that Bellhop expects. Only in the sandbox, and only on this machine.">
        <input type="checkbox" id="sign" checked> Sign requests for me
      </label>`;
  return `<!doctype html>
<html lang="en">
  <head>
    ${head('Bellhop API')}
    <link rel="stylesheet" href="docs/swagger-ui.css">
  </head>
  <body data-can-sign="${canSign}">
    <nav class="bar">
      <strong>Bellhop API</strong>${canSign ? signing : ''}
      <a href="redoc">ReDoc</a>
      <a href="openapi.json">openapi.json</a>
    </nav>
    <div id="swagger"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/docs.js"></script>
  </body>
</html>
`;
}

function redocHtml(nonce: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    ${head('Bellhop API')}
  </head>
  <body>
    <div id="redoc"></div>
    <script src="redoc/redoc.standalone.js"></script>
    <script nonce="${nonce}" src="redoc/redoc.js"></script>
  </body>
</html>
`;
}
