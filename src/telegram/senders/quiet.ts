import { z } from 'zod';
import * as quietStore from '../../quiet/quiet-store.ts';
import type { Sender } from '../../delivery/lane-worker.ts';
import { obsolete } from '../send-and-classify.ts';
import { quietSummary } from '../views/quiet.ts';
import { shownBrief } from '../views/shown-incidence.ts';
import { placePayload, type SenderDeps, sendText } from './deliver.ts';

const payload = placePayload.extend({ since: z.iso.datetime(), until: z.iso.datetime() });

/** What came in a quiet time that is over. */
export function quietSenders(deps: SenderDeps): Record<string, Sender> {
  return {
    quiet_summary: async (delivery) => {
      const { since, until, ...place } = payload.parse(delivery.payload);
      const time = { since: new Date(since), until: new Date(until) };
      const came = await quietStore.findAllThatCame(deps.db, place.chatId, time.since, time.until);
      if (came.length === 0) return obsolete('nothing came while it was quiet');
      const { text, keyboard } = quietSummary(
        came.map((one) => shownBrief(one, deps.locale.cards())),
        time,
        deps.locale,
      );
      return sendText(deps, delivery, place, text, { reply_markup: keyboard });
    },
  };
}
