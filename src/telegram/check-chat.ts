import { type Api, GrammyError } from 'grammy';
import type { ChatFullInfo, ChatMember, UserFromGetMe } from 'grammy/types';
import { type Check, fail, pass } from '../checks/check.ts';
import type { ChatPlace } from '../routes/lane.ts';
import { chatOptions } from './message-options.ts';

const cannotWrite = 'Cards cannot be shown there';

/** Whether the bot is in a chat, and may write there what it sends: texts and documents. */
export async function checkChat(api: Api, place: ChatPlace, me: UserFromGetMe): Promise<Check> {
  const name = `chat ${place.chatId}${place.threadId === null ? '' : `:${place.threadId}`}`;
  try {
    const chat = await api.getChat(place.chatId);
    const title = `“${chat.title ?? 'private chat'}”`;
    if (place.threadId !== null && !chat.is_forum) {
      return fail(name, `${title} has no topics`, { means: cannotWrite, change: `TELEGRAM_CHAT_ID=${place.chatId}` });
    }
    const member = await api.getChatMember(place.chatId, me.id);
    return (
      checkRights(name, title, chat, member, me) ??
      (await checkWriting(api, place, name, title)) ??
      pass(name, `the bot is ${member.status} in ${title} and may write there`)
    );
  } catch (error) {
    const migratedTo = error instanceof GrammyError ? error.parameters.migrate_to_chat_id : undefined;
    if (migratedTo !== undefined) {
      return fail(name, 'the group became a supergroup, with another ID', {
        means: 'Bellhop follows it while it runs, but not after TELEGRAM_CHAT_ID is read again',
        change: `TELEGRAM_CHAT_ID=${migratedTo}`,
      });
    }
    return fail(name, wordsOf(error), {
      means: cannotWrite,
      change: `Add @${me.username} to the group, send /whoami there, and set TELEGRAM_CHAT_ID=<the ID it shows>`,
    });
  }
}

/** Whether an admin gets notices and alerts in private. */
export async function checkAdmin(api: Api, id: number, me: UserFromGetMe): Promise<Check> {
  const name = `admin ${id}`;
  const open = {
    means: 'This admin gets no notices, and no alerts while the team chat is lost',
    change: `This person must open https://t.me/${me.username} and press Start; or remove ${id} from TELEGRAM_ADMIN_IDS.`,
  };
  try {
    const chat = await api.getChat(id);
    if (chat.type !== 'private')
      return fail(name, 'this is a chat, not a person', {
        means: open.means,
        change: `TELEGRAM_ADMIN_IDS=<the ID that /whoami to @${me.username} shows as yours>`,
      });
    await api.sendChatAction(id, 'typing');
    return pass(name, `the bot can write to ${chat.first_name ?? 'them'}`);
  } catch (error) {
    return fail(name, wordsOf(error), open);
  }
}

function checkRights(
  name: string,
  title: string,
  chat: ChatFullInfo,
  member: ChatMember,
  me: UserFromGetMe,
): Check | undefined {
  const say = (found: string, change: string, means = cannotWrite) => fail(name, found, { means, change });
  if (member.status === 'left' || member.status === 'kicked') {
    return say(`the bot is not a member of ${title}`, `Add @${me.username} to ${title}.`);
  }
  if (member.status === 'administrator' || member.status === 'creator') return undefined;
  const rights = member.status === 'restricted' ? member : chat.permissions;
  const allow = `Make @${me.username} an admin of ${title}, or allow members to`;
  if (rights?.can_send_messages === false) return say(`the bot may not write in ${title}`, `${allow} send messages.`);
  if (rights?.can_send_documents === false) {
    return say(`the bot may not send files in ${title}`, `${allow} send files.`, 'Transcripts cannot be shown there');
  }
  return undefined;
}

/** The one call that needs the right to write and leaves nothing behind. */
async function checkWriting(api: Api, place: ChatPlace, name: string, title: string): Promise<Check | undefined> {
  try {
    await api.sendChatAction(place.chatId, 'typing', chatOptions(place));
    return undefined;
  } catch (error) {
    if (!(error instanceof GrammyError) || place.threadId === null) throw error;
    const change = `Open the topic again, or set TELEGRAM_CHAT_ID=${place.chatId}:<the thread that /whoami shows in another topic>`;
    return fail(name, `${wordsOf(error)} to its topic in ${title}`, { means: cannotWrite, change });
  }
}

function wordsOf(error: unknown): string {
  return error instanceof GrammyError ? `Telegram says “${error.description}”` : 'Telegram cannot be reached';
}
