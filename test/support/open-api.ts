import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

type Described = Readonly<{
  responses: Readonly<Record<string, Readonly<{ content?: Readonly<Record<string, unknown>> }>>>;
  requestBody?: Readonly<{
    content: Readonly<Record<string, Readonly<{ examples?: Readonly<Record<string, Readonly<{ value: unknown }>>> }>>>;
  }>;
}>;

export type ApiDocument = Readonly<{
  openapi: string;
  paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  webhooks: Readonly<Record<string, unknown>>;
}>;

export type Checks = Readonly<{
  document: ApiDocument;
  /** Requests in the document: method, path, name of the example, body. */
  examples: () => readonly Readonly<{ method: string; path: string; name: string; body: unknown }>[];
  /** What is wrong with this body as a request or an answer; undefined when nothing is. */
  problemWithRequest: (method: string, path: string, body: unknown) => string | undefined;
  problemWithAnswer: (method: string, path: string, status: number, body: unknown) => string | undefined;
}>;

/** The document that a running Bellhop serves, and whether bodies keep it. */
export async function fetchApiDocument(baseUrl: string): Promise<Checks> {
  const document = (await (await fetch(`${baseUrl}/openapi.json`)).json()) as ApiDocument;
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema(document, 'document');

  function problem(pointer: readonly string[], body: unknown): string | undefined {
    const escaped = pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')));
    const validate: ValidateFunction | undefined = ajv.getSchema(`document#/${escaped.join('/')}`);
    if (!validate) return `the document has no ${pointer.join(' ')}`;
    return validate(body) ? undefined : `${ajv.errorsText(validate.errors)} in ${JSON.stringify(body)}`;
  }

  return {
    document,
    examples: () =>
      Object.entries(document.paths).flatMap(([path, methods]) =>
        Object.entries(methods).flatMap(([method, { requestBody }]) =>
          Object.entries(requestBody?.content['application/json']?.examples ?? {}).map(([name, { value }]) => ({
            method,
            path,
            name,
            body: value,
          })),
        ),
      ),
    problemWithRequest: (method, path, body) =>
      problem(['paths', path, method, 'requestBody', 'content', 'application/json', 'schema'], body),
    problemWithAnswer: (method, path, status, body) =>
      problem(['paths', path, method, 'responses', String(status), 'content', 'application/json', 'schema'], body),
  };
}
