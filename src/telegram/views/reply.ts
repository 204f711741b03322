import { InlineKeyboard } from 'grammy';
import type { IncidenceView } from '../../incidences/incidence-view-store.ts';
import type { SavedAnswer } from '../../replies/reply-desk.ts';
import type { Reply } from '../../replies/reply-store.ts';
import { clip } from '../../transcripts/clip.ts';
import { encode } from '../callback-data.ts';
import type { Texts } from '../texts/texts.ts';
import { blocks, html, isolated, lines } from './html.ts';
import type { Screen } from './incidence-card.ts';

/** Of a text that is longer, the preview shows the beginning: together with the rest it must fit into a message. */
export const longestReply = 3_500;

/** What the customer will see, or what became of it. */
export function replyPreview(reply: Reply, { id, customerName }: IncidenceView, { replies }: Texts): Screen {
  const { text, file, channel, state, reason } = reply;
  const keyboard = new InlineKeyboard();
  if (state === 'draft') {
    keyboard
      .text(replies.send, encode({ kind: 'send-reply', id: reply.id }))
      .success()
      .row()
      .text(replies.change, encode({ kind: 'change-reply', id: reply.id }))
      .text(replies.discard, encode({ kind: 'discard-reply', id: reply.id }));
  }
  // Given up after its sending had begun.
  const isUnknown = state === 'sending' && reason !== null;
  return {
    text: blocks([
      replies.previewTitle(id, customerName && isolated(clip(customerName, 100)), channel),
      lines([
        text !== '' && html`<blockquote>${text}</blockquote>`,
        file !== null && replies.file(clip(file.name, 100), sizeOf(file.bytes)),
      ]),
      lines([
        isUnknown ? replies.unknown : replies.states[state],
        (state === 'failed' || isUnknown) && reason !== null && replies.why(clip(reason, 200)),
        (state === 'failed' || isUnknown) && replies.again,
      ]),
    ]),
    keyboard,
  };
}

/** Two in a row, at most twenty: Telegram shows more, but nobody reads them. */
export function savedAnswerButtons(id: number, answers: readonly SavedAnswer[]): InlineKeyboard {
  const keyboard = new InlineKeyboard();
  answers.slice(0, 20).forEach((answer, index) => {
    if (index > 0 && index % 2 === 0) keyboard.row();
    keyboard.text(clip(answer.name, 30), encode({ kind: 'saved-answer', id, answerId: answer.id }));
  });
  return keyboard;
}

function sizeOf(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
