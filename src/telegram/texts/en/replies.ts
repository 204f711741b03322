import { type Html, html } from '../../views/html.ts';

/** Writing to a customer: the question, the preview and what became of it. */
export const replies = {
  ask: (mention: Html, id: number, channel: string) =>
    html`${mention}, reply to this message with your answer to the customer of #${id} (${channel}). You'll see a preview before anything is sent. /cancel stops.`,
  placeholder: 'Your answer to the customer',
  toast: 'Reply to my message with your answer',
  savedAnswers: (id: number) => html`Saved answers for #${id}:`,
  previewTitle: (id: number, customer: string | null, channel: string) =>
    html`✉️ <b>Preview for #${id}</b> · to ${customer ?? 'the customer'} by ${channel}`,
  file: (name: string, size: string) => html`📎 ${name} (${size})`,
  send: 'Send to the customer',
  change: 'Change',
  discard: 'Discard',
  states: {
    draft: html`Nothing has been sent yet.`,
    discarded: html`Discarded: nothing was sent.`,
    queued: html`⏳ Being sent…`,
    sending: html`⏳ Being sent…`,
    sent: html`✅ Sent to the customer.`,
    failed: html`❌ Not sent.`,
  },
  unknown: html`❓ It isn't known whether this arrived. Look in Chatwoot before you write again.`,
  why: (reason: string) => html`Reason: ${reason}`,
  again: html`Send /failed to retry it.`,
  sending: 'Being sent to the customer',
  discarded: 'Discarded: nothing was sent',
  gone: 'This preview no longer exists',
  notYours: (name: string) => `Only ${name} can do this: the reply is in their name`,
  discardedAlready: 'This reply was discarded',
  sentAlready: 'Already sent',
  notConfigured: html`Replying needs CHATWOOT_BASE_URL, CHATWOOT_ACCOUNT_ID and CHATWOOT_API_TOKEN.`,
  notChatwoot: (id: number) => html`#${id} is not a Chatwoot conversation, so I can't write to its customer.`,
  windowClosed: (id: number, channel: string) =>
    html`#${id}: ${channel} doesn't accept a message now. It allows replies only for a limited time after the customer's last message.`,
  unreachable: (id: number, problem: string) => html`I can't write to the customer of #${id} now: ${problem}.`,
  empty: html`Your message had no text and no file. Press <b>Reply</b> again.`,
  tooLong: (max: number) => html`That is too long: at most ${max} characters.`,
  tooLarge: html`That file is larger than 20 MB, the most I can download from Telegram.`,
  whichOne: html`Which one, and what is your answer? For example /reply 42 On its way!`,
  answerGone: 'This saved answer no longer exists',
};
