import type { Api } from 'grammy';
import { type Check, fail, note, pass } from '../checks/check.ts';
import type { ChatPlace } from '../routes/lane.ts';
import { digestTime } from '../settings/digest-settings.ts';
import { checkChat } from './check-chat.ts';

const name = 'digest';

type Facts = Readonly<{
  /** In minutes since midnight; null: none is sent. */
  at: number | null;
  /** Where it goes; null: no chat was chosen yet. */
  place: ChatPlace | null;
  /** Undefined in sandbox mode. */
  api: Api | undefined;
  zone: string;
}>;

/** When the daily digest is sent, and whether it can be where it goes. */
export async function checkDigest({ at, place, api, zone }: Facts): Promise<Check> {
  if (at === null) return pass(name, 'off; /settings or DIGEST_AT=09:00 sets a time');
  const when = `every day ${digestTime(at)} (${zone})`;
  if (!api) return pass(name, `${when}, into the sandbox`);
  if (!place) {
    return note(name, `${when}, but no chat receives alerts yet`, {
      means: 'It is not sent until one does',
      change: "Send /setup in the team's group and press Send alerts here.",
    });
  }
  const { chatId, threadId } = place;
  const chat = await checkChat(api, place, await api.getMe());
  const where = `${when}, into chat ${chatId}${threadId === null ? '' : `:${threadId}`}`;
  if (chat.state === 'ok') return pass(name, `${where}, where the bot may write`);
  return fail(name, `${where}, but ${chat.found}`, { means: 'It cannot be sent', change: chat.change });
}
