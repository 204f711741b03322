import { z } from 'zod';
import type { Sender } from '../../delivery/lane-worker.ts';
import * as replyStore from '../../replies/reply-store.ts';
import { textOptions } from '../message-options.ts';
import { obsolete, sendAndClassify } from '../send-and-classify.ts';
import { replyPreview } from '../views/reply.ts';
import { findIncidence, type SenderDeps } from './deliver.ts';

const payloadSchema = z.object({ replyId: z.number() });

/** The message that previewed a reply shows what became of it. */
export function replySenders({ api, db, locale }: SenderDeps): Record<string, Sender> {
  return {
    reply_preview: async (delivery) => {
      const reply = await replyStore.findById(db, payloadSchema.parse(delivery.payload).replyId);
      const incidence = await findIncidence(db, delivery);
      if (!reply?.messageId || !incidence) return obsolete('the preview is gone');
      const { chatId, messageId } = reply;
      const { text, keyboard } = replyPreview(reply, incidence, locale.texts);
      return sendAndClassify(
        async () => {
          await api.editMessageText(
            chatId,
            messageId,
            ...textOptions(text, { reply_markup: keyboard }, delivery.plain),
          );
          return { outcome: 'sent', messageId };
        },
        { isTeamChat: false, whenGone: () => obsolete('the preview is gone') },
      );
    },
  };
}
