import { z } from 'zod';
import type { Route } from '../http/route.ts';
import type { Documentation } from '../sources/documentation.ts';
import type { Endpoint, Operation } from '../sources/endpoint.ts';
import type { WebPage } from '../sources/web-page.ts';
import { type Documented, openApiDocument } from './open-api.ts';
import { serveText } from './serve.ts';

type Deps = Readonly<{
  endpoints: readonly Endpoint[];
  operations: readonly Operation[];
  pages: readonly WebPage[];
  routes: readonly Route[];
  publicUrl: string | undefined;
}>;

/** `GET /openapi.json`: made once, of every route there is and of itself. */
export function createApiDocs({ endpoints, operations, pages, routes, publicUrl }: Deps): Route[] {
  const own = [{ path: '/openapi.json', docs: documentDocs }];
  const document = openApiDocument(
    [
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
      ...[...pages, ...routes, ...own].flatMap(({ path, docs }): Documented[] =>
        docs === 'part' ? [] : [{ method: 'get', kind: 'route', path, docs }],
      ),
    ],
    publicUrl === undefined ? ['/'] : ['/', publicUrl],
  );
  const text = JSON.stringify(document);
  return [{ path: '/openapi.json', docs: documentDocs, handler: serveText('application/json', text) }];
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
