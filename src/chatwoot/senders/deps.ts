import type { Routing } from '../../routes/places-for.ts';
import type { Db } from '../../database/connect.ts';
import { transact } from '../../database/transact.ts';
import type { Wake } from '../../database/wake.ts';
import type { Attempt } from '../../delivery/delivery.ts';
import { closeDeleted } from '../../incidences/close-deleted.ts';
import type { IncidenceView } from '../../incidences/incidence-view-store.ts';
import { attemptOf, type ChatwootFailure } from '../chatwoot-error.ts';
import type { ChatwootClient } from '../client.ts';
import type { OwnTokens } from '../own-tokens.ts';

/**
 * What a write changed is recorded before the engine records the attempt: each can be attempted again, and finds what
 * is done already.
 */
export type SenderDeps = Readonly<{
  db: Db;
  client: ChatwootClient;
  places: () => Routing;
  /** A file that somebody sent in Telegram; undefined when it is no longer there. */
  fetchFile: (fileId: string) => Promise<Buffer | undefined>;
  tokens: OwnTokens;
  wake: Wake;
  now: () => Date;
}>;

export function obsolete(reason: string): Attempt {
  return { outcome: 'obsolete', reason };
}

export const sent: Attempt = { outcome: 'sent', messageId: null };

/**
 * A failed call about a conversation. A conversation that Chatwoot no longer has was deleted there, and no webhook reports
 * that: its incidence is closed. A number that came only with an alert was never Chatwoot's.
 */
export async function failed(deps: SenderDeps, incidence: IncidenceView, failure: ChatwootFailure): Promise<Attempt> {
  if (failure.outcome !== 'not-found') return attemptOf(failure);
  const isKnown = incidence.source === 'chatwoot' || incidence.deskStatus !== null;
  if (!isKnown) return obsolete('Chatwoot has no conversation with this number');
  await transact(deps.db, (trx) => closeDeleted(trx, incidence.id, deps.places(), deps.now()));
  return obsolete('the conversation was deleted in Chatwoot');
}
