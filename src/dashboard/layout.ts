import type { Person } from '../people/person.ts';
import type { Texts } from '../telegram/texts/texts.ts';
import { type Html, html, lines } from '../telegram/views/html.ts';

const tabs = ['overview', 'open', 'find'] as const;
export type Tab = (typeof tabs)[number];

/** Where each page is, below the folder that `/dashboard` is in. */
const paths: Readonly<Record<Tab, string>> = {
  overview: 'dashboard',
  open: 'dashboard/open',
  find: 'dashboard/find',
};

/** `root`: the way from the page to the folder that `/dashboard` is in, since a proxy may add a prefix to all paths. */
export type Page = Readonly<{ root: string; tab?: Tab; title: string; person: Person; main: Html }>;

export function page({ root, tab, title, person, main }: Page, texts: Texts): string {
  const { dashboard } = texts;
  const link = (name: Tab) =>
    html`<li>${
      name === tab
        ? html`<a href="${root}${paths[name]}" aria-current="page">${dashboard.tabs[name]}</a>`
        : html`<a href="${root}${paths[name]}">${dashboard.tabs[name]}</a>`
    }</li>`;
  return document(
    { root, title },
    html`<a class="skip" href="#main">${dashboard.skip}</a>
<header>
<nav aria-label="${dashboard.navigation}"><ul>${lines(tabs.map(link), '')}</ul></nav>
<form method="post" action="${root}dashboard/sign-out"><span><bdi>${person.firstName}</bdi></span> <button>${dashboard.signOut}</button></form>
</header>
<main id="main">
<h1>${title}</h1>
${main}
</main>`,
    texts,
  );
}

/** For whoever has no session: the script signs in by what the address carries behind its `#`. */
export function signInPage(root: string, texts: Texts): string {
  const { dashboard } = texts;
  return document(
    { root, title: dashboard.signIn.title },
    html`<main class="sign-in" data-sign-in>
<h1>${dashboard.signIn.title}</h1>
<p role="status" data-status>${dashboard.signIn.how}</p>
<noscript><p>${dashboard.signIn.noScript}</p></noscript>
</main>`,
    texts,
  );
}

function document({ root, title }: Readonly<{ root: string; title: string }>, body: Html, texts: Texts): string {
  return html`<!doctype html>
<html lang="${texts.transcript.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · Bellhop</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${root}dashboard/page.css">
<script type="module" src="${root}dashboard/page.js"></script>
</head>
<body>
${body}
</body>
</html>
`.html;
}
