import { html } from '../../views/html.ts';
import { counted } from './words.ts';

/** /quiet and /mute: when alerts make no sound. */
export const quiet = {
  leadsOnly: html`Only leads and admins can change when this chat is quiet. Ask one of them, or ask an admin to make you a lead.`,
  usage: html`Type the hours in which everything but critical arrives without a sound, for example <code>/quiet 22:00-08:00</code>; <code>/quiet off</code> ends that. <code>/mute 30m</code> does it once, <code>/unmute</code> ends it.`,
  muteUsage: html`Type for how long, for example <code>/mute 30m</code> or <code>/mute 2h</code>, up to 7 days.`,
  now: (state: string) => html`This chat: ${state}.`,
  set: (state: string, before: string) =>
    html`✅ This chat: ${state}. Before: ${before}. Critical incidences still make a sound; when it ends, you get one summary of what came.`,
  off: (state: string, before: string) => html`✅ This chat: ${state}. Before: ${before}.`,
  unchanged: (state: string) => html`Nothing changed: ${state}.`,
  state: (hours: string | undefined, zone: string, mutedUntil: string | undefined) =>
    [hours && `quiet ${hours} (${zone})`, mutedUntil && `muted until ${mutedUntil}`].filter(Boolean).join(', ') ||
    'never quiet',
  summary: (since: string, until: string, came: number, open: number) =>
    html`🌅 <b>While this chat was quiet (${since}–${until}): ${counted(came, 'incidence')} came, ${open === 0 ? 'none is still open' : `${open} still open`}.</b>`,
  line: (mark: string, id: number, who: string, isAcknowledged: boolean) =>
    html`${mark} #${id}${who ? ` · ${who}` : ''}${isAcknowledged ? ' · acknowledged' : ''}`,
  more: (count: number) => html`and ${count} more: /open`,
};
