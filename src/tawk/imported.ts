import { z } from 'zod';
import type { Translation } from '../sources/source-event.ts';
import { type Body, type Payload, payloadSchema, readJson } from './payload.ts';
import { creationOfTicket, startOfChat, transcriptOfChat } from './rest-items.ts';

/** Names of stored events that were read from Tawk.to's REST API instead of received. */
export const importEvents = ['rest:chat', 'rest:transcript', 'rest:ticket'] as const;
type ImportEvent = (typeof importEvents)[number];

export function isImport(event: string): event is ImportEvent {
  return importEvents.some((known) => known === event);
}

/** What is stored of an import: the item as Tawk.to listed it, and its property. */
export function importBody(event: ImportEvent, property: Payload['property'], item: object): Buffer {
  return Buffer.from(JSON.stringify({ event, property, item }));
}

const readers = { 'rest:chat': startOfChat, 'rest:transcript': transcriptOfChat, 'rest:ticket': creationOfTicket };
const importSchema = payloadSchema.pick({ property: true }).extend({ item: z.unknown().optional() });

/** A stored import as the webhook that should have come, so that both are read by the same rules. */
export function readImport(event: ImportEvent, rawBody: Buffer): Body {
  const body = readJson(rawBody);
  if (!body.ok) return body;
  const stored = importSchema.safeParse(body.value).data;
  const payload = stored && readers[event](stored.item, stored.property);
  return payload ? { ok: true, payload } : { ok: false, problem: 'not a JSON object' };
}

/** Only opens: what is known already stays as it is. */
export function asImport(meaning: Translation, importedAt: Date): Translation {
  if (meaning.kind !== 'event' || meaning.event.change.kind !== 'wrote') return meaning;
  const { event } = meaning;
  return { ...meaning, event: { ...event, change: { ...meaning.event.change, importedAt } } };
}
