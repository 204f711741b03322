import type { Sender } from '../../delivery/dispatcher.ts';
import { cardSenders } from './card.ts';
import type { SenderDeps } from './deliver.ts';
import { noteSenders } from './note.ts';
import { stormSenders } from './storm.ts';
import { testSenders } from './test-message.ts';
import { transcriptSenders } from './transcript.ts';

/** How each kind of delivery is sent to Telegram. Each reads what it shows at the moment it is sent. */
export function createSenders(deps: SenderDeps): (kind: string) => Sender | undefined {
  const senders: Readonly<Record<string, Sender>> = {
    ...cardSenders(deps),
    ...noteSenders(deps),
    ...stormSenders(deps),
    ...testSenders(deps),
    ...transcriptSenders(deps),
  };
  return (kind) => senders[kind];
}
