import { z } from 'zod';
import type { Sender } from '../../delivery/lane-worker.ts';
import * as stormStore from '../../storms/storm-store.ts';
import { textOptions } from '../message-options.ts';
import { obsolete, sendAndClassify } from '../send-and-classify.ts';
import { stormCard } from '../views/storm-card.ts';
import { shownBrief } from '../views/shown-incidence.ts';
import { type SenderDeps, sendText } from './deliver.ts';

const payload = z.object({ stormId: z.number() });

/** One card for all incidences of a storm that are not shown, edited as long as the storm lasts. */
export function stormSenders(deps: SenderDeps): Record<string, Sender> {
  const { api, db, locale, isTeamChat } = deps;
  return {
    storm_card: async (delivery) => {
      const storm = await stormStore.findById(db, payload.parse(delivery.payload).stormId);
      if (!storm) return obsolete('the storm is gone');
      if (storm.endedAt && storm.messageId === null) return obsolete('the storm ended before its card was sent');
      const summary = await stormStore.summarize(db, storm.lane);
      const newest = summary.newest.map((one) => shownBrief(one, locale.cards()));
      const { text, keyboard } = stormCard(storm, { ...summary, newest }, locale.texts);
      const options = { reply_markup: keyboard };
      const sendNew = async () => {
        const attempt = await sendText(deps, delivery, storm, text, options);
        if (attempt.outcome !== 'sent') return attempt;
        return { ...attempt, alsoRecord: stormStore.recordMessage(storm.id, attempt.messageId) };
      };
      const { chatId, messageId } = storm;
      if (messageId === null) return sendNew();
      return sendAndClassify(
        async () => {
          await api.editMessageText(chatId, messageId, ...textOptions(text, options, delivery.plain));
          return { outcome: 'sent', messageId };
        },
        {
          isTeamChat: isTeamChat(storm),
          whenGone: async () => {
            await stormStore.setMessage(db, storm.id, null);
            return storm.endedAt ? obsolete('the storm is over and its card is gone') : sendNew();
          },
        },
      );
    },
  };
}
