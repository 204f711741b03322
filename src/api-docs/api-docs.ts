import { z } from 'zod';
import type { IsLocalRequest } from '../http/local-request.ts';
import type { Route } from '../http/route.ts';
import type { Documentation } from '../sources/documentation.ts';
import type { Endpoint, Operation } from '../sources/endpoint.ts';
import type { WebPage } from '../sources/web-page.ts';
import { type Documented, openApiDocument } from './open-api.ts';
import { documentationPages } from './pages.ts';
import { serveBytes } from '../http/serve.ts';
import { type Sign, signRoute } from './sign-route.ts';

type Deps = Readonly<{
  endpoints: readonly Endpoint[];
  operations: readonly Operation[];
  pages: readonly WebPage[];
  routes: readonly Route[];
  publicUrl: string | undefined;
  /** API_DOCS: whether there are pages beside the document. */
  withPages: boolean;
  /** Only in the sandbox: signs what the pages send. */
  sign: Sign | undefined;
  isLocalRequest: IsLocalRequest;
}>;

/** `GET /openapi.json`, made once, of every route there is and of itself; and the pages that show it. */
export function createApiDocs(deps: Deps): Route[] {
  const documented = documentedRoutes(deps);
  const schemesOf = (method: string, path: string) =>
    documented.find((route) => route.method === method && route.path === path)?.docs.security ?? [];
  const own: Route[] = [
    ...(deps.withPages ? documentationPages({ canSign: deps.sign !== undefined }) : []),
    ...(deps.withPages && deps.sign ? [signRoute(deps.sign, deps.isLocalRequest, schemesOf)] : []),
  ];
  const everything = [
    ...documented,
    ...own.flatMap(documentedRoute),
    { ...document, method: 'get', kind: 'route' } as const,
  ];
  const servers = deps.publicUrl === undefined ? ['/'] : ['/', deps.publicUrl];
  const text = JSON.stringify(openApiDocument(everything, servers));
  return [...own, { ...document, handler: serveBytes('application/json', async () => text) }];
}

const documentDocs: Documentation = {
  tag: 'Operations',
  summary: 'This document',
  answers: {
    200: {
      description: 'OpenAPI 3.1, made of the schemas that validate.',
      shape: { name: 'OpenApi', schema: z.looseObject({ openapi: z.string() }) },
    },
  },
};
const document = { path: '/openapi.json', docs: documentDocs };

function documentedRoutes({ endpoints, operations, pages, routes }: Deps): Documented[] {
  return [
    ...endpoints.map(({ path, docs }): Documented => ({ method: 'post', kind: 'endpoint', path, docs })),
    ...operations.map(
      ({ method, path, docs, countsAs }): Documented => ({
        method,
        kind: 'operation',
        path,
        docs,
        isLimited: countsAs !== undefined,
      }),
    ),
    ...[...pages, ...routes].flatMap(documentedRoute),
  ];
}

function documentedRoute({ path, docs }: Pick<Route, 'path' | 'docs'>): Documented[] {
  return docs === 'part' ? [] : [{ method: 'get', kind: 'route', path, docs }];
}
