import { subjectOfContext, visitorOfContext, visitorOfEvent } from '../incidences/receive-context.ts';
import type { About } from '../incidences/subject-store.ts';
import type { ContextTranslation, ReadStored, Translation } from '../sources/source-event.ts';
import type { InboundEvent } from './inbound-store.ts';

export type Meaning = Translation | ContextTranslation;

/** Of a stored event what is needed once it is translated. Bodies are large: they are not kept until the transaction ends. */
export type Stored = Pick<InboundEvent, 'id' | 'source' | 'event' | 'receivedAt' | 'traceId'>;

export type Meant = Readonly<{ stored: Stored; meaning: Meaning }>;

export function readMeaning(
  readerOf: (source: string) => ReadStored | undefined,
  { id, source, event, receivedAt, headers, traceId, body: rawBody }: InboundEvent,
): Meant {
  const read = readerOf(source);
  const meaning: Meaning = read
    ? read({ event, rawBody, receivedAt, headers })
    : { kind: 'drift', reason: `no such source: ${source}` };
  return { stored: { id, source, event, receivedAt, traceId }, meaning };
}

/** The conversations and visitors that are concerned. */
export function aboutOf(meanings: readonly Meaning[]): About {
  const events = meanings.flatMap((meaning) => (meaning.kind === 'event' ? [meaning.event] : []));
  const contexts = meanings.flatMap((meaning) => (meaning.kind === 'context' ? [meaning.context] : []));
  return {
    subjects: [...events.map(({ subject }) => subject), ...contexts.flatMap(subjectOfContext)],
    visitors: events.flatMap(visitorOfEvent),
    told: contexts.map(visitorOfContext),
  };
}
