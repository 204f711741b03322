import type { Documentation } from './documentation.ts';
import type { SenderName, SourceName } from './source-event.ts';

/** What arrived at an endpoint: bytes, headers and the clock, no meaning yet. */
export type Arrival = Readonly<{
  rawBody: Buffer;
  /** One header's value by lower-case name; undefined when absent. */
  header: (name: string) => string | undefined;
  /** Path parameters. */
  params: Readonly<Record<string, string | undefined>>;
  now: Date;
}>;

/** What is stored beside the raw body. */
export type Admission = Readonly<{
  source: SenderName;
  /** The event's name as the source calls it; 'unreadable' where the body does not say. For people and counts: processing reads the raw body. */
  event: string;
  /** Unique per source: the source's delivery id, else undefined (every arrival is then its own event). */
  deliveryId: string | undefined;
  /** What is stored, where that is not the body as it came: a source may send credentials in it. */
  body?: Buffer;
  /** Headers worth keeping; never a secret. */
  headers: Readonly<Record<string, string>>;
}>;

export type Answer = Readonly<{
  status: number;
  body: Readonly<Record<string, unknown>>;
  headers?: Readonly<Record<string, string>>;
}>;

/**
 * Accepted: what to store, and what to answer once it is committed, by the id of the new event (undefined for a delivery
 * stored before). Whatever the answer needs of the body is read before the commit, so that nothing large is kept meanwhile.
 */
export type Admitted = Readonly<{
  admission: Admission;
  /** Throws a Refusal where what was stored is answered with an error. */
  answer: (id: number | undefined) => Answer | Promise<Answer>;
}>;

/** One POST route of a source: who is accepted, and what is answered once the event is committed. */
export type Endpoint = Readonly<{
  path: string;
  docs: Documentation;
  maxBytes: number;
  /** Throws a Refusal. Where headers and path alone prove who sends: who is slowed for failing gets in by the right key. */
  authenticateUnread?: (arrival: Arrival) => void;
  /** Authenticates and validates. Throws a Refusal. */
  admit: (arrival: Arrival) => Admitted;
}>;

/** Any other route an edge offers. Throws a Refusal. */
export type Operation = Readonly<{
  method: 'get' | 'post';
  path: string;
  docs: Documentation;
  /** Sent with every answer, refusals too. */
  headers?: Readonly<Record<string, string>>;
  /** Pages of these origins, and no others, may call it from a browser, with these request headers. */
  cors?: Readonly<{ origins: readonly string[]; requestHeaders: readonly string[] }>;
  /** The largest body it takes; without: 16 KiB. */
  maxBytes?: number;
  /** It counts against the limit of this source, once `admit` accepted it. */
  countsAs?: SourceName;
  admit?: (arrival: Arrival) => void;
  /** `mayInspect`: the caller may see details of how Bellhop is doing. */
  perform: (arrival: Arrival, mayInspect: boolean) => Answer | Promise<Answer>;
}>;
