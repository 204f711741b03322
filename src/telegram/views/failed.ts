import { InlineKeyboard } from 'grammy';
import type { Delivery } from '../../delivery/delivery.ts';
import { encode } from '../callback-data.ts';
import { blocks, clip, type Html, html, lines } from './html.ts';
import type { Screen } from './incidence-card.ts';
import { counted, span } from './words.ts';

type Lost = Readonly<{ lane: string; lostReason: string | null; migratedTo: string | null }>;

export function failedList(dead: readonly Delivery[], total: number, lost: readonly Lost[], now: Date): Screen {
  const keyboard = new InlineKeyboard();
  const chats = lost.filter((lane) => lane.migratedTo === null).map(lostLine);
  if (dead.length === 0 && chats.length === 0) {
    return { text: html`✅ Nothing failed: everything was delivered or still waits its turn.`, keyboard };
  }
  dead.forEach((delivery, index) => {
    if (index > 0 && index % 2 === 0) keyboard.row();
    keyboard.text(`Send again ${nameOf(delivery)}`, encode({ kind: 'send-again', id: delivery.id }));
  });
  const rest = total - dead.length;
  return {
    text: blocks([
      total === 0 ? html`✅ <b>No failed deliveries</b>` : html`⚠️ <b>Failed deliveries: ${total}</b>`,
      lines(chats),
      lines(dead.map((delivery) => deadLine(delivery, now))),
      rest > 0 && html`… and ${rest} older`,
    ]),
    keyboard,
  };
}

function deadLine(delivery: Delivery, now: Date): Html {
  const ago = delivery.settledAt ? `${span(now.getTime() - delivery.settledAt.getTime())} ago` : '';
  return html`<b>${nameOf(delivery)}</b> (${delivery.kind.replaceAll('_', ' ')}), ${ago}, ${counted(delivery.attempts, 'attempt')}: ${clip(delivery.reason ?? 'no reason known', 150)}`;
}

function lostLine(lane: Lost): Html {
  return html`🆘 Chat <code>${lane.lane.replace('telegram:', '')}</code> takes no messages: ${clip(lane.lostReason ?? 'no reason known', 150)}`;
}

function nameOf(delivery: Delivery): string {
  return delivery.incidenceId === null ? `delivery ${delivery.id}` : `#${delivery.incidenceId}`;
}
