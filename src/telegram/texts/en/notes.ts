import { html } from '../../views/html.ts';
import { counted } from './words.ts';

/** What the bot posts of its own accord beside the cards. */
export const notes = {
  severity: (mark: string, id: number, severity: string) =>
    html`${mark} <b>#${id} is now ${severity.toUpperCase()}</b>`,
  reopened: (id: number) => html`🔁 <b>#${id} is open again</b>`,
  assigned: (id: number, by: string | undefined) =>
    html`👉 <b>#${id} is yours</b>${by === undefined ? '' : `: ${by} assigned it to you`}`,
  woken: (id: number) => html`⏰ <b>#${id} is open again</b>: the snooze is over`,
  missed: (mark: string, id: number, sentence: string) => html`${mark} <b>#${id}: ${sentence}</b>`,
  handedOver: (id: number) => html`🙋 <b>#${id}: the bot handed over; a person is needed</b>`,
  sendFailed: (id: number) => html`❌ <b>#${id}: the last message to the customer was not delivered</b>`,
  deskSays: (reason: string) => html`Chatwoot says: ${reason}`,
  inboxLost: (name: string) => html`🔌 <b>Chatwoot inbox ${name} lost its connection</b>`,
  inboxLostHint: html`Its customers can't reach you until it is reconnected: in Chatwoot, open Settings → Inboxes and reauthorize it.`,
  inboxBack: (name: string) => html`✅ <b>Chatwoot inbox ${name} is connected again</b>`,
  reconciled: (
    { conversations, chats, tickets }: Readonly<{ conversations: number; chats: number; tickets: number }>,
    where: string | undefined,
    since: string,
  ) => {
    const parts = [
      conversations > 0 && counted(conversations, 'conversation'),
      chats > 0 && counted(chats, 'chat'),
      tickets > 0 && counted(tickets, 'ticket'),
    ].filter((part) => part !== false);
    const place = where === undefined ? '' : ` (${where})`;
    return html`🔄 ${parts.join(' and ')} had no webhook since ${since}; imported.${place}`;
  },
  unrecognized: (source: string, count: number) =>
    html`⚠️ <b>${count === 1 ? 'An event' : `${count} events`} from ${source} could not be understood</b>`,
  unrecognizedHint: (source: string, eventId: number) =>
    html`Stored as inbound event ${eventId}; nothing is lost. Check what ${source} sends, or report it to your Bellhop maintainer.`,
  reason: (reason: string) => html`Reason: ${reason}`,
  test: html`✅ <b>Test alert</b>`,
  testHint: html`Bellhop can post in this chat. Alerts will appear here.`,
  deliveryFailed: html`⚠️ <b>Delivery failed; I've stopped retrying</b>`,
  deliveriesFailed: (total: number) =>
    html`${counted(total, 'failed delivery', 'failed deliveries')} in total. Send /failed to list and retry them.`,
  refused: (count: number) =>
    html`⚠️ <b>${count > 1 ? `${count} webhooks or alerts were` : 'A webhook or alert was'} rejected</b>`,
  address: (address: string) => html`Address: <code>${address}</code>`,
  refusedHint: html`Nothing was stored, so there is no card. The same problem is reported again only after a day without it.`,
  databaseUnwritable: (detail: string, fix: string) =>
    html`🆘 <b>Bellhop can't store anything: ${detail}</b>\n\n${fix} Until then, incoming webhooks and alerts are refused and buttons change nothing.`,
  databaseWritable: html`✅ <b>Bellhop's database can be written again</b>`,
  webhookLost: html`🆘 <b>Button presses and commands don't reach me</b>`,
  webhookBack: html`✅ <b>Button presses and commands reach me again</b>`,
  chatLost: html`🆘 <b>I can't send messages to the team chat</b>`,
  chat: (chatId: string) => html`Chat: <code>${chatId}</code>`,
  telegramSays: (reason: string) => html`Telegram says: ${reason}`,
  chatLostHint: html`Until this is fixed, new alerts come here. I'll keep trying every 30 seconds.`,
};

export const storm = {
  heading: (count: number) => html`🌪️ <b>ALERT STORM · ${count} more open, not shown</b>`,
  newest: html`<b>Newest</b>`,
  sources: (counts: string) => html`Sources: ${counts}`,
  hint: html`Critical alerts still arrive one by one. /open lists everything.`,
  someone: 'someone',
  showNext: (count: number) => `Show next ${count}`,
  acknowledgeAll: 'Acknowledge all',
  over: html`🌤️ <b>The alert storm is over</b>`,
  overHint: (folded: number) =>
    html`${counted(folded, 'incidence')} ${folded === 1 ? 'was' : 'were'} held back; all have since been shown or handled. /open lists the open ones.`,
};
