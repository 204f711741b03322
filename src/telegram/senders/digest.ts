import { InputFile } from 'grammy';
import { z } from 'zod';
import type { Sender } from '../../delivery/lane-worker.ts';
import { digestPeriod, digestSpans } from '../../digest/digest-time.ts';
import { countNumbers } from '../../stats/count-numbers.ts';
import { captionOptions, chatOptions } from '../message-options.ts';
import { sendAndClassify } from '../send-and-classify.ts';
import { numbersPicture } from '../views/charts.ts';
import { digestText } from '../views/digest.ts';
import { placePayload, type SenderDeps, sendText } from './deliver.ts';

const digestPayload = placePayload.extend({ day: z.string(), span: z.enum(digestSpans) });

/** Yesterday, or last week, in a few lines under one picture. */
export function digestSenders(deps: SenderDeps): Record<string, Sender> {
  const { api, db, locale, charts, businessHours, isTeamChat } = deps;
  return {
    digest: async (delivery) => {
      const { day, span, ...place } = digestPayload.parse(delivery.payload);
      const { zone } = locale;
      const period = digestPeriod(day, span, zone, locale.dateLanguage());
      const numbers = await countNumbers(db, { period, grouping: 'severity' }, { businessHours, zone });
      const text = digestText(numbers, span, locale.texts);
      const png = await charts.draw(numbersPicture(numbers, locale));
      const inWords = () => sendText(deps, delivery, place, text);
      if (!png) return inWords();
      return sendAndClassify(
        async () => {
          const { message_id: messageId } = await api.sendPhoto(place.chatId, new InputFile(png, 'digest.png'), {
            ...chatOptions(place),
            ...captionOptions(text, delivery.plain),
            disable_notification: deps.isQuiet(place.chatId),
          });
          return { outcome: 'sent', messageId };
        },
        { isTeamChat: isTeamChat(place), whenForbidden: inWords },
      );
    },
  };
}
