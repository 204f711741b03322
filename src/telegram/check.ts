import { type Api, GrammyError } from 'grammy';
import type { ChatPlace } from '../routes/lane.ts';
import { type Check, fail, pass } from '../checks/check.ts';
import { foreignWebhookFix, foreignWebhookHost } from './foreign-webhook.ts';

type Deps = Readonly<{
  api: Api;
  /** How the API is reached: `(no proxy)`, or through which proxy. */
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
      fail('telegram', error instanceof GrammyError ? wordsOf(error) : `${wordsOf(error)} ${deps.way}`, fixOf(error)),
    ];
  }
  const chats = await Promise.all(deps.places.map((place) => checkChat(api, place, me.id)));
  const admins = await Promise.all(deps.adminIds.map((id) => checkAdmin(api, id)));
  return [
    pass('telegram', `the token belongs to @${me.username}, reached ${deps.way}`),
    await checkWebhook(deps),
    ...(deps.places.length > 0
      ? chats
      : [
          fail(
            'TELEGRAM_CHAT_ID',
            'no chat is set',
            "Add the bot to the team's group, send /whoami there and set TELEGRAM_CHAT_ID.",
          ),
        ]),
    ...(deps.adminIds.length > 0
      ? admins
      : [
          fail(
            'TELEGRAM_ADMIN_IDS',
            'no admin is set',
            "Without one, nobody gets the alerts when the team's chat cannot be reached: send /whoami to the bot and set the ID it shows.",
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
      return fail(name, `it belongs to another program at ${foreignHost}`, foreignWebhookFix);
    return pass(name, info.url ? "it is Bellhop's own and is removed at the next start" : 'none, as polling needs it');
  }
  if (info.last_error_message)
    return fail(name, `Telegram reports: ${info.last_error_message}`, 'Check PUBLIC_URL and the certificate.');
  return pass(name, `${info.pending_update_count} updates are waiting`);
}

async function checkChat(api: Api, place: ChatPlace, botId: number): Promise<Check> {
  const name = `chat ${place.chatId}${place.threadId === null ? '' : `:${place.threadId}`}`;
  try {
    const chat = await api.getChat(place.chatId);
    const member = await api.getChatMember(place.chatId, botId);
    const title = chat.title ?? 'private chat';
    if (member.status === 'left' || member.status === 'kicked') {
      return fail(name, `the bot is not a member of “${title}”`, 'Add it to the group.');
    }
    if (member.status === 'restricted' && !member.can_send_messages) {
      return fail(name, `the bot cannot write in “${title}”`, 'Allow it to send messages there.');
    }
    if (place.threadId !== null && !chat.is_forum) {
      return fail(name, `“${title}” has no topics`, 'Remove the part after the colon from TELEGRAM_CHAT_ID.');
    }
    return pass(name, `the bot's status in “${title}” is ${member.status}`);
  } catch (error) {
    const migratedTo = error instanceof GrammyError ? error.parameters.migrate_to_chat_id : undefined;
    if (migratedTo) return fail(name, 'the group became a supergroup', `Set TELEGRAM_CHAT_ID=${migratedTo}.`);
    return fail(
      name,
      wordsOf(error),
      'Add the bot to the group and compare TELEGRAM_CHAT_ID with what /whoami shows there.',
    );
  }
}

async function checkAdmin(api: Api, id: number): Promise<Check> {
  const name = `admin ${id}`;
  try {
    const chat = await api.getChat(id);
    return pass(name, `the bot can write to ${chat.first_name ?? 'them'}`);
  } catch (error) {
    return fail(name, wordsOf(error), 'This person must open the bot and press Start.');
  }
}

function wordsOf(error: unknown): string {
  return error instanceof GrammyError ? `Telegram says “${error.description}”` : 'Telegram cannot be reached';
}

function fixOf(error: unknown): string {
  return error instanceof GrammyError
    ? 'Copy TELEGRAM_BOT_TOKEN from @BotFather again.'
    : 'Check the network. Behind a proxy set HTTPS_PROXY; for your own Bot API server set TELEGRAM_API_ROOT.';
}
