import { type Api, GrammyError } from 'grammy';
import type { ChatPlace } from '../delivery/delivery.ts';
import { type Check, ill, well } from '../doctor/check.ts';
import { foreignWebhookFix, foreignWebhookHost } from './foreign-webhook.ts';

type Deps = Readonly<{
  api: Api;
  /** By which way the API is asked: `directly`, or through which proxy. */
  way: string;
  places: readonly ChatPlace[];
  adminIds: readonly number[];
  mode: 'polling' | 'webhook';
  /** A webhook there is Bellhop's own. */
  publicUrl: string | undefined;
}>;

/** The token, the webhook state, and what the bot may do in every chat it writes to. */
export async function checkTelegram(deps: Deps): Promise<Check[]> {
  const { api } = deps;
  let me: Awaited<ReturnType<Api['getMe']>>;
  try {
    me = await api.getMe();
  } catch (error) {
    return [
      ill('telegram', error instanceof GrammyError ? wordsOf(error) : `${wordsOf(error)} ${deps.way}`, fixOf(error)),
    ];
  }
  const chats = await Promise.all(deps.places.map((place) => checkChat(api, place, me.id)));
  const admins = await Promise.all(deps.adminIds.map((id) => checkAdmin(api, id)));
  return [
    well('telegram', `the token is @${me.username}'s, asked ${deps.way}`),
    await checkWebhook(deps),
    ...(deps.places.length > 0
      ? chats
      : [
          ill(
            'TELEGRAM_CHAT_ID',
            'no chat is set',
            "Add the bot to the team's group, type /whoami there and set TELEGRAM_CHAT_ID.",
          ),
        ]),
    ...(deps.adminIds.length > 0
      ? admins
      : [
          ill(
            'TELEGRAM_ADMIN_IDS',
            'no admin is named',
            "Without one nobody gets the alerts when the team's chat cannot be reached: type /whoami to the bot and set it.",
          ),
        ]),
  ];
}

async function checkWebhook({ api, mode, publicUrl }: Deps): Promise<Check> {
  const name = 'webhook';
  const info = await api.getWebhookInfo();
  if (mode === 'polling') {
    const foreignHost = foreignWebhookHost(info.url, publicUrl);
    if (foreignHost !== undefined)
      return ill(name, `it belongs to another program at ${foreignHost}`, foreignWebhookFix);
    return well(name, info.url ? "Bellhop's own: the next start removes it" : 'none, as polling needs it');
  }
  if (info.last_error_message)
    return ill(name, `Telegram reports: ${info.last_error_message}`, 'Check PUBLIC_URL and the certificate.');
  return well(name, `${info.pending_update_count} updates wait`);
}

async function checkChat(api: Api, place: ChatPlace, botId: number): Promise<Check> {
  const name = `chat ${place.chatId}${place.threadId === null ? '' : `:${place.threadId}`}`;
  try {
    const chat = await api.getChat(place.chatId);
    const member = await api.getChatMember(place.chatId, botId);
    const title = chat.title ?? 'private chat';
    if (member.status === 'left' || member.status === 'kicked') {
      return ill(name, `the bot is not in “${title}”`, 'Add it to the group.');
    }
    if (member.status === 'restricted' && !member.can_send_messages) {
      return ill(name, `the bot may not write in “${title}”`, 'Give it the right to send messages.');
    }
    if (place.threadId !== null && !chat.is_forum) {
      return ill(name, `“${title}” has no topics`, 'Take the part after the colon out of TELEGRAM_CHAT_ID.');
    }
    return well(name, `the bot is ${member.status} of “${title}”`);
  } catch (error) {
    const migratedTo = error instanceof GrammyError ? error.parameters.migrate_to_chat_id : undefined;
    if (migratedTo) return ill(name, 'the group became a supergroup', `Set TELEGRAM_CHAT_ID=${migratedTo}.`);
    return ill(
      name,
      wordsOf(error),
      'Add the bot to the group and compare TELEGRAM_CHAT_ID with what /whoami says there.',
    );
  }
}

async function checkAdmin(api: Api, id: number): Promise<Check> {
  const name = `admin ${id}`;
  try {
    const chat = await api.getChat(id);
    return well(name, `the bot can write to ${chat.first_name ?? 'them'}`);
  } catch (error) {
    return ill(name, wordsOf(error), 'This person must open the bot and press Start once.');
  }
}

function wordsOf(error: unknown): string {
  return error instanceof GrammyError ? `Telegram says “${error.description}”` : 'Telegram cannot be reached';
}

function fixOf(error: unknown): string {
  return error instanceof GrammyError
    ? 'Copy TELEGRAM_BOT_TOKEN from @BotFather again.'
    : 'Check the network; where only a proxy leads out, set HTTPS_PROXY; for a Bot API server of your own, TELEGRAM_API_ROOT.';
}
