import type { Trx } from '../database/connect.ts';
import type { SourceEvent } from '../sources/source-event.ts';
import type { Effective } from './apply-meanings.ts';
import * as inboundStore from './inbound-store.ts';
import type { Meaning, Meant } from './meaning.ts';

/** The same events; of those whose content came before, in this batch or an earlier one, nothing is left. */
export async function withoutRepeated(trx: Trx, batch: readonly Meant[]): Promise<Effective[]> {
  const seen = await findSeen(trx, batch);
  return batch.map(({ stored, meaning }) => {
    const content = meaning.kind === 'event' ? meaning.event.contentKey : undefined;
    const key = content === undefined ? undefined : seenKey(stored.source, content);
    if (key !== undefined && seen.has(key)) return { stored, meaning: { kind: 'repeated' } };
    const effective = { stored, meaning: withoutVoid(stored.source, meaning, seen) };
    if (key !== undefined) seen.add(key);
    return effective;
  });
}

/** Of what the whole batch asks for, in one query for each source: what was processed before. */
async function findSeen(trx: Trx, batch: readonly Meant[]): Promise<Set<string>> {
  const wanted = batch.flatMap(({ stored, meaning }) =>
    meaning.kind === 'event' ? keysOf(meaning.event).map((key) => ({ source: stored.source, key })) : [],
  );
  const seen = new Set<string>();
  for (const source of new Set(wanted.map((one) => one.source))) {
    const keys = wanted.filter((one) => one.source === source).map(({ key }) => key);
    for (const key of await inboundStore.findContents(trx, source, keys)) seen.add(seenKey(source, key));
  }
  return seen;
}

/** The event's own content, and the deletion of its message. */
function keysOf({ contentKey, voidedBy }: SourceEvent): string[] {
  return [contentKey, voidedBy].filter((key) => key !== undefined);
}

function seenKey(source: string, key: string): string {
  return `${source} ${key}`;
}

/** What was deleted before it was processed is not shown. */
function withoutVoid(source: string, meaning: Meaning, seen: ReadonlySet<string>): Meaning {
  if (meaning.kind !== 'event' || meaning.event.voidedBy === undefined) return meaning;
  if (!seen.has(seenKey(source, meaning.event.voidedBy))) return meaning;
  const { message: _, ...details } = meaning.event.details;
  return { kind: 'event', event: { ...meaning.event, details, message: undefined } };
}
