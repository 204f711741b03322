import { readFile } from 'node:fs/promises';
import type { Request, RequestHandler, Response } from 'express';
import type { BusinessHours } from '../config/business-hours.ts';
import type { ChartRenderer } from '../charts/renderer.ts';
import type { Db } from '../database/connect.ts';
import type { Wake } from '../database/wake.ts';
import { redirectTo } from '../http/redirect.ts';
import type { Route } from '../http/route.ts';
import type { SecurityHeaders } from '../http/security-headers.ts';
import { serveBytes } from '../http/serve.ts';
import * as incidenceViewStore from '../incidences/incidence-view-store.ts';
import { findStory } from '../incidences/story.ts';
import type { Person } from '../people/person.ts';
import type { Documentation } from '../sources/documentation.ts';
import { Refusal } from '../sources/refusal.ts';
import { countFriction } from '../stats/count-friction.ts';
import { countWeek } from '../stats/count-week.ts';
import { countNumbers } from '../stats/count-numbers.ts';
import type { Locale } from '../telegram/locale.ts';
import { type Html, html } from '../telegram/views/html.ts';
import { frictionPicture, numbersPicture } from '../telegram/views/charts.ts';
import { transcriptPage } from '../telegram/views/transcript-page.ts';
import * as transcriptStore from '../transcripts/transcript-store.ts';
import { findPage } from './find.ts';
import { incidencePage } from './incidence.ts';
import { page, signInPage, type Tab } from './layout.ts';
import { createLive } from './live.ts';
import { filterForm, filterOf, openList } from './open.ts';
import { askedOf, overview } from './overview.ts';
import { createSessions } from './session.ts';

type Deps = Readonly<{
  db: Db;
  wake: Wake;
  locale: Locale;
  businessHours: BusinessHours;
  charts: Pick<ChartRenderer, 'draw'>;
  adminIds: readonly number[];
  botToken: string;
  publicUrl: string | undefined;
  security: SecurityHeaders;
  now: () => Date;
}>;

export type Dashboard = Readonly<{ routes: readonly Route[]; stop: () => void }>;

/** What is listed on the first page. */
const mostOnOverview = 10;

/** The pages at `/dashboard`, for leads and admins. They read what the bot reads, and change nothing. */
export function createDashboard(deps: Deps): Dashboard {
  const { db, locale, businessHours, security, now } = deps;
  const { texts, zone } = locale;
  const isSecure = deps.publicUrl?.startsWith('https:') ?? false;
  const sessions = createSessions({ ...deps, isSecure, texts });
  const live = createLive(deps.wake);

  type Show = (asked: Readonly<{ query: URLSearchParams; req: Request; person: Person }>) => Promise<Shown>;
  type Shown = Readonly<{ title: string; main: Html; status?: number }>;

  /** `?part=main` asks for what changes alone. Whoever is not signed in is told how to. */
  const signedIn =
    (root: string, tab: Tab | undefined, show: Show): RequestHandler =>
    async (req, res) => {
      const person = await sessions.find(req);
      prepare(res, security);
      if (!person) return void res.status(401).send(signInPage(root, texts));
      const query = new URLSearchParams(req.originalUrl.split('?')[1] ?? '');
      const { title, main, status = 200 } = await show({ query, req, person });
      res.status(status).send(page({ root, ...(tab ? { tab } : {}), title, person, main }, texts));
    };

  const list = (query: URLSearchParams, root: string, most?: number) =>
    openList(db, { filter: filterOf(query), root, ...(most ? { most } : {}) }, now(), locale).then(
      (shown) => html`<div data-live="${root}dashboard/live" id="live">${shown}</div>`,
    );

  const showOverview: Show = async ({ query }) => {
    const asked = askedOf(query, zone, now());
    const [numbers, week, friction, open] = await Promise.all([
      countNumbers(db, asked, { businessHours, zone }),
      countWeek(db, asked.period, { businessHours, zone }),
      countFriction(db, asked.period, { businessHours, zone }),
      list(new URLSearchParams(), '', mostOnOverview),
    ]);
    return { title: texts.dashboard.tabs.overview, main: overview(asked, { numbers, week, friction, open }, locale) };
  };
  const showOpen: Show = async ({ query }) => ({
    title: texts.dashboard.openNow,
    main: html`${filterForm(query, locale)}${await list(query, '../')}`,
  });
  const showFound: Show = async ({ query }) => ({
    title: texts.dashboard.tabs.find,
    main: await findPage(db, query, now(), locale),
  });
  const showIncidence: Show = async ({ req }) => {
    const incidence = await findIncidence(req);
    if (!incidence) return noIncidence(req);
    const story = await findStory(db, incidence.id);
    return { title: texts.dashboard.incidence(incidence.id), main: incidencePage(incidence, story, now(), locale) };
  };

  async function findIncidence({ params }: Request) {
    const id = Number(/^\d{1,15}$/.exec(String(params['id']))?.[0] ?? 0);
    return incidenceViewStore.findById(db, id);
  }

  function noIncidence({ params }: Request): Shown {
    const message = texts.dashboard.noIncidence(String(params['id']));
    return { title: message, main: html``, status: 404 };
  }

  const missing = signedIn('../../../', undefined, async ({ req }) => noIncidence(req));

  /** The file that `/transcript` sends, with its own policy. */
  const showTranscript: RequestHandler = async (req, res, next) => {
    const person = await sessions.find(req);
    const incidence = person && (await findIncidence(req));
    if (!incidence) return void missing(req, res, next);
    prepare(res, security);
    res.removeHeader('Content-Security-Policy');
    res.send(transcriptPage(incidence, await transcriptStore.findAllMessages(db, incidence.id), locale));
  };

  /** `/dashboard/chart/numbers` and `/friction`, with `theme` beside what the page itself asks for. */
  const drawChart: RequestHandler = async (req, res) => {
    if (!(await sessions.find(req))) throw new Refusal('unauthorized', texts.dashboard.signIn.how);
    const query = new URLSearchParams(req.originalUrl.split('?')[1] ?? '');
    const asked = askedOf(query, zone, now());
    const theme = query.get('theme') === 'dark' ? 'dark' : 'light';
    const chart =
      req.params['name'] === 'friction'
        ? frictionPicture(await countFriction(db, asked.period, { businessHours, zone }), locale, theme)
        : numbersPicture(await countNumbers(db, asked, { businessHours, zone }), locale, theme);
    const picture = await deps.charts.draw(chart);
    if (!picture) throw new Refusal('unavailable', texts.dashboard.noChart);
    res
      .set({ ...security, 'Cache-Control': 'private, max-age=60' })
      .type('png')
      .send(picture);
  };

  const stream: RequestHandler = async (req, res) => {
    if (!(await sessions.find(req))) throw new Refusal('unauthorized', texts.dashboard.signIn.how);
    live.stream(req, res);
  };

  const routes: Route[] = [
    { path: '/dashboard', docs: pageDocs, handler: signedIn('', 'overview', showOverview) },
    // The links in the pages are relative to their paths without a slash.
    { path: '/dashboard/', docs: 'part', handler: redirectTo('../dashboard') },
    { path: '/dashboard/open/', docs: 'part', handler: redirectTo('../open') },
    { path: '/dashboard/find/', docs: 'part', handler: redirectTo('../find') },
    { path: '/dashboard/open', docs: 'part', handler: signedIn('../', 'open', showOpen) },
    { path: '/dashboard/find', docs: 'part', handler: signedIn('../', 'find', showFound) },
    { path: '/dashboard/incidence/:id', docs: 'part', handler: signedIn('../../', undefined, showIncidence) },
    { path: '/dashboard/incidence/:id/transcript', docs: 'part', handler: showTranscript },
    { path: '/dashboard/chart/:name', docs: 'part', handler: drawChart },
    { path: '/dashboard/live', docs: 'part', handler: stream },
    { method: 'post', path: '/dashboard/sign-in', docs: 'part', handler: sessions.signIn },
    { method: 'post', path: '/dashboard/sign-out', docs: 'part', handler: sessions.signOut },
    file('page.css', 'text/css; charset=utf-8'),
    file('page.js', 'text/javascript; charset=utf-8'),
  ];
  return { routes, stop: live.close };
}

const pageDocs: Documentation = {
  tag: 'Operations',
  summary: 'The dashboard',
  description:
    'Numbers, what is open, search and the story of each incidence, for leads and admins. Signed in by the link that `/dashboard` sends in Telegram, or as a Mini App of the bot.',
  answers: {
    200: { description: 'A page.', type: 'text/html' },
    401: { description: 'A page that says how to sign in.', type: 'text/html' },
  },
};

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

function prepare(res: Response, security: SecurityHeaders): void {
  res.set(security).set({ 'Content-Security-Policy': policy, 'Cache-Control': 'no-store' }).type('html');
}

function file(name: string, type: string): Route {
  const handler = serveBytes(type, () => readFile(new URL(`browser/${name}`, import.meta.url)));
  return { path: `/dashboard/${name}`, docs: 'part', handler };
}
