import type { z } from 'zod';
import type { ErrorCode } from './refusal.ts';

/** What the API documentation says of a route: every route has it. Texts may contain Markdown. */
export type Documentation = Readonly<{
  tag: Tag;
  /** A few words: the route's name in the menu of the documentation. */
  summary: string;
  description?: string;
  /** Any one of these admits the caller; without one the route is open to everyone. */
  security?: readonly SecurityScheme[];
  parameters?: readonly Parameter[];
  body?: Readonly<{ shape: Shape; examples: Examples }>;
  /** By status: what is answered to a request that is not refused. */
  answers: Readonly<Record<number, DocumentedAnswer>>;
  /** Refusals beyond those of every route with these credentials and this kind of body. */
  errors?: readonly ErrorCode[];
  /** What outside systems send here by themselves. */
  events?: readonly DocumentedEvent[];
}>;

export type Tag = 'Chatwoot Integration' | 'Tawk.to' | 'Operations';

/** How a caller proves who it is; `api-docs/security-schemes.ts` describes how each is computed. */
export type SecurityScheme =
  | 'AlertKey'
  | 'AlertKeyHeader'
  | 'ChatwootSignature'
  | 'TawkSignature'
  | 'ContextSignature'
  | 'IdentityToken'
  | 'TelegramSecret';

export type Parameter = Readonly<{
  in: 'header' | 'path' | 'query';
  name: string;
  description: string;
  schema: z.ZodType;
  example?: string;
}>;

/** A schema by the name under which the document shares it. */
export type Shape = Readonly<{ name: string; schema: z.ZodType }>;

export type Examples = Readonly<Record<string, Readonly<{ summary: string; value: unknown }>>>;

export type DocumentedAnswer = Readonly<{
  description: string;
  /** JSON, unless `type` is set. Without one there is no body. */
  shape?: Shape;
  /** The media type of what is no JSON. */
  type?: string;
  example?: unknown;
  /** Names and what they say. */
  headers?: Readonly<Record<string, string>>;
}>;

export type DocumentedEvent = Readonly<{ name: string; summary: string; shape: Shape; example: unknown }>;
