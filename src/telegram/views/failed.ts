import { chatIdOf } from '../../routes/lane.ts';
import { InlineKeyboard } from 'grammy';
import type { Delivery } from '../../delivery/delivery.ts';
import { clip } from '../../transcripts/clip.ts';
import { encode } from '../callback-data.ts';
import { blocks, type Html, lines } from './html.ts';
import type { Texts } from '../texts/texts.ts';
import type { Screen } from './incidence-card.ts';
import { kindName } from './story-line.ts';
import { span } from './words.ts';

type Lost = Readonly<{ lane: string; lostReason: string | null; migratedTo: number | null }>;

export function failedList(
  dead: readonly Delivery[],
  total: number,
  lost: readonly Lost[],
  now: Date,
  texts: Texts,
): Screen {
  const words = texts.failed;
  const keyboard = new InlineKeyboard();
  const chats = lost.filter((lane) => lane.migratedTo === null).map((lane) => lostLine(lane, words));
  if (dead.length === 0 && chats.length === 0) {
    return { text: words.nothing, keyboard };
  }
  dead.forEach((delivery, index) => {
    if (index > 0 && index % 2 === 0) keyboard.row();
    keyboard.text(words.retry(nameOf(delivery, words)), encode({ kind: 'send-again', id: delivery.id }));
  });
  const rest = total - dead.length;
  return {
    text: blocks([
      words.heading(total),
      lines(chats),
      lines(dead.map((delivery) => deadLine(delivery, now, texts))),
      rest > 0 && words.older(rest),
    ]),
    keyboard,
  };
}

type Words = Texts['failed'];

function deadLine(delivery: Delivery, now: Date, texts: Texts): Html {
  const words = texts.failed;
  const { kind, settledAt, attempts, reason } = delivery;
  return words.line({
    name: nameOf(delivery, words),
    kind: kindName(kind, texts),
    ago: settledAt ? span(now.getTime() - settledAt.getTime()) : undefined,
    attempts,
    reason: reason === null ? undefined : clip(reason, 150),
  });
}

function lostLine({ lane, lostReason }: Lost, words: Words): Html {
  return words.lostChat(String(chatIdOf(lane)), lostReason === null ? undefined : clip(lostReason, 150));
}

function nameOf(delivery: Delivery, words: Words): string {
  return delivery.incidenceId === null ? words.delivery(delivery.id) : `#${delivery.incidenceId}`;
}
