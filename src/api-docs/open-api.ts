import { z } from 'zod';
import { statusOf } from '../http/errors.ts';
import type { Documentation, DocumentedAnswer, DocumentedEvent, Parameter, Shape } from '../sources/documentation.ts';
import type { ErrorCode } from '../sources/refusal.ts';
import { about, tags } from './about.ts';
import { errorAnswer, errorText } from './error-texts.ts';
import { securitySchemes } from './security-schemes.ts';

type Json = Readonly<Record<string, unknown>>;

/** `kind`: endpoints are the routes through which a source delivers; their answers have more reasons to refuse. */
export type Documented = Readonly<{
  method: 'get' | 'post';
  path: string;
  kind: 'endpoint' | 'operation' | 'route';
  /** It counts against a limit of requests a minute. */
  isLimited?: boolean;
  docs: Documentation;
}>;

/** The OpenAPI 3.1 document of these routes. */
export function openApiDocument(routes: readonly Documented[], servers: readonly string[]): Json {
  const schemas = new Map<string, Json>([['Error', jsonSchema(errorAnswer)]]);
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operation(route, schemas) };
  }
  const events = routes.flatMap((route) => (route.docs.events ?? []).map((event) => [route, event] as const));
  const webhooks = events.map(([route, event]) => [event.name, { post: webhook(route, event, schemas) }]);
  return {
    openapi: '3.1.0',
    info: about,
    servers: servers.map((url) => ({ url })),
    tags,
    paths,
    webhooks: Object.fromEntries(webhooks),
    components: {
      schemas: Object.fromEntries(schemas),
      securitySchemes: Object.fromEntries(Object.entries(securitySchemes).map(([name, { scheme }]) => [name, scheme])),
    },
  };
}

function operation(route: Documented, schemas: Map<string, Json>): Json {
  const { docs } = route;
  const { body, tag, summary, description } = docs;
  return {
    operationId: operationId(route),
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    ...security(docs),
    parameters: [...signedHeaders(docs), ...(docs.parameters ?? []).map(parameter)],
    ...(body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: shared(body.shape, schemas), examples: body.examples } },
      },
    }),
    responses: responses(route, schemas),
  };
}

/** What a source sends by itself: the same request and answers as at the route that takes it. */
function webhook(route: Documented, { summary, shape, example }: DocumentedEvent, schemas: Map<string, Json>): Json {
  const { docs } = route;
  return {
    tags: [docs.tag],
    summary,
    description: `Sent to \`POST ${route.path}\`.`,
    ...security(docs),
    parameters: [...signedHeaders(docs), ...(docs.parameters ?? []).map(parameter)],
    requestBody: { required: true, content: { 'application/json': { schema: shared(shape, schemas), example } } },
    responses: responses(route, schemas),
  };
}

function operationId({ method, path }: Documented): string {
  return `${method}-${path.replace(/[^\w.]+/g, '-').replace(/^-|-$/g, '')}`;
}

function security({ security: schemes = [] }: Documentation): Json {
  return { security: schemes.map((name) => ({ [name]: [] })) };
}

function signedHeaders({ security: schemes = [] }: Documentation): Json[] {
  return schemes
    .flatMap((name) => securitySchemes[name].with ?? [])
    .map(({ name, description }) => ({
      in: 'header',
      name,
      description,
      schema: { type: 'string', pattern: '^\\d+$' },
    }));
}

function parameter({ in: place, name, description, schema, example }: Parameter): Json {
  return {
    in: place,
    name,
    description,
    required: place === 'path' || !schema.safeParse(undefined).success,
    schema: jsonSchema(schema),
    ...(example === undefined ? {} : { example }),
  };
}

function responses(route: Documented, schemas: Map<string, Json>): Json {
  const answers = Object.entries(route.docs.answers).map(([status, answer]) => [status, response(answer, schemas)]);
  const byStatus = Map.groupBy(refusalsOf(route), (code) => statusOf[code]);
  const refused = [...byStatus].map(([status, codes]) => [status, refusal(codes)]);
  return Object.fromEntries([...refused, ...answers]);
}

function response({ description, shape, type, example, headers = {} }: DocumentedAnswer, schemas: Map<string, Json>) {
  const text = Object.entries(headers).map(([name, about]) => [
    name,
    { description: about, schema: { type: 'string' } },
  ]);
  const schema = shape ? shared(shape, schemas) : { type: 'string' };
  return {
    description,
    ...(text.length > 0 && { headers: Object.fromEntries(text) }),
    ...((shape || type) && {
      content: { [type ?? 'application/json']: { schema, ...(example === undefined ? {} : { example }) } },
    }),
  };
}

/** Why this route may refuse a request, in the order of the table in the document's text. */
function refusalsOf({ kind, method, isLimited, docs }: Documented): ErrorCode[] {
  const { security: schemes = [], errors = [] } = docs;
  const withBody: ErrorCode[] = method === 'post' ? ['bad_request', 'payload_too_large', 'unavailable'] : [];
  const ofSource: ErrorCode[] = kind === 'endpoint' ? ['unsupported_media_type', 'rate_limited'] : [];
  const possible = new Set<ErrorCode>([
    ...withBody,
    ...ofSource,
    ...schemes.flatMap((name) => securitySchemes[name].errors),
    ...(schemes.length > 0 || isLimited ? (['rate_limited'] as const) : []),
    ...errors,
    'internal',
  ]);
  return Object.keys(errorText).filter((code): code is ErrorCode => possible.has(code as ErrorCode));
}

function refusal(codes: readonly ErrorCode[]): Json {
  const waits = codes.some((code) => code === 'rate_limited' || code === 'unavailable');
  return {
    description: codes.map((code) => `\`${code}\`: ${errorText[code]}`).join('\n\n'),
    ...(waits && {
      headers: { 'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer', minimum: 1 } } },
    }),
    content: {
      'application/json': {
        schema: {
          allOf: [{ $ref: '#/components/schemas/Error' }, { properties: { error: { enum: codes } } }],
        },
        example: { success: false, error: codes[0], message: errorText[codes[0] ?? 'internal'] },
      },
    },
  };
}

function shared({ name, schema }: Shape, schemas: Map<string, Json>): Json {
  if (!schemas.has(name)) schemas.set(name, jsonSchema(schema));
  return { $ref: `#/components/schemas/${name}` };
}

/** OpenAPI 3.1 uses the draft that zod writes by default. What is refused is said as input, not what becomes of it. */
function jsonSchema(schema: z.ZodType): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (!(zodSchema instanceof z.ZodObject)) return;
      // zod counts fields with `catch` as required although they may be left out.
      const required = jsonSchema.required?.filter((name) => !z.safeParse(zodSchema.shape[name], undefined).success);
      if (required?.length) jsonSchema.required = required;
      else delete jsonSchema.required;
    },
  });
  return json;
}
