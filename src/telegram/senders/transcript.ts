import type { Sender } from '../../delivery/lane-worker.ts';
import * as cardStore from '../../incidences/card-store.ts';
import { captionOptions, chatOptions, replyOptions } from '../message-options.ts';
import { obsolete, sendAndClassify } from '../send-and-classify.ts';
import { transcriptDocument } from '../transcript-document.ts';
import { withoutFile } from '../views/transcript.ts';
import { findIncidence, placePayload, type SenderDeps, sendText } from './deliver.ts';

/** A finished chat as a file, in reply to its card. */
export function transcriptSenders(deps: SenderDeps): Record<string, Sender> {
  const { api, db, locale, isTeamChat } = deps;
  return {
    transcript: async (delivery) => {
      const place = placePayload.parse(delivery.payload);
      const incidence = await findIncidence(db, delivery);
      if (!incidence) return obsolete('the incidence is gone');
      const card = await cardStore.findInPlace(db, incidence.id, place);
      const { file, caption } = await transcriptDocument(db, incidence, locale);
      const replying = card ? replyOptions(card.messageId) : {};
      return sendAndClassify(
        async () => {
          const { message_id: messageId } = await api.sendDocument(place.chatId, file, {
            ...chatOptions(place),
            ...replying,
            ...captionOptions(caption, delivery.plain),
            disable_notification: true,
            disable_content_type_detection: true,
          });
          return { outcome: 'sent', messageId };
        },
        {
          isTeamChat: isTeamChat(place),
          whenForbidden: () =>
            sendText(deps, delivery, place, withoutFile(caption, incidence.id, locale.texts), replying),
        },
      );
    },
  };
}
