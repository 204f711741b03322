import type { Sender } from '../../delivery/lane-worker.ts';
import { cardSenders } from './card.ts';
import { digestSenders } from './digest.ts';
import { dutySenders } from './duty.ts';
import { reminderSenders } from './reminder.ts';
import type { SenderDeps } from './deliver.ts';
import { noteSenders } from './note.ts';
import { quietSenders } from './quiet.ts';
import { replySenders } from './reply.ts';
import { stormSenders } from './storm.ts';
import { testSenders } from './test-message.ts';
import { transcriptSenders } from './transcript.ts';

/** The sender of each kind of delivery that goes to Telegram. Each reads what it shows when it sends. */
export function createSenders(deps: SenderDeps): Readonly<Record<string, Sender>> {
  return {
    ...cardSenders(deps),
    ...digestSenders(deps),
    ...dutySenders(deps),
    ...noteSenders(deps),
    ...reminderSenders(deps),
    ...quietSenders(deps),
    ...replySenders(deps),
    ...stormSenders(deps),
    ...testSenders(deps),
    ...transcriptSenders(deps),
  };
}
