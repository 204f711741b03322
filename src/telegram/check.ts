import { type Api, GrammyError } from 'grammy';
import type { UserFromGetMe } from 'grammy/types';
import { type Check, fail, note, pass } from '../checks/check.ts';
import { judgeClock } from '../checks/clock.ts';
import { type Checkup, runChecks } from '../checks/run-checks.ts';
import { getText } from '../config/outbound.ts';
import type { ProxySettings } from '../config/proxy.ts';
import type { ChatPlace } from '../routes/lane.ts';
import { checkAdmin, checkChat } from './check-chat.ts';
import { checkWebhook } from './check-webhook.ts';

type Deps = Readonly<{
  api: Api;
  apiRoot: string;
  proxy: ProxySettings;
  /** How the API is reached: `(no proxy)`, or through which proxy. */
  way: string;
  places: readonly ChatPlace[];
  adminIds: readonly number[];
  mode: 'polling' | 'webhook';
  /** A webhook there is Bellhop's own. */
  publicUrl: string | undefined;
}>;

/** The token, the clock, the webhook state, and what the bot may do in every chat it writes to. Receives no update. */
export async function checkTelegram(deps: Deps): Promise<Check[]> {
  const [checkedMe, clock] = await Promise.all([findMe(deps), runChecks([checkClock(deps)])]);
  if (checkedMe.me === undefined) return [checkedMe.check, ...clock];
  const { me, check } = checkedMe;
  const { api } = deps;
  const rest = await runChecks([
    { name: 'privacy mode', run: () => [checkPrivacy(me)] },
    { name: 'telegram mode', run: () => checkWebhook(deps) },
    ...deps.places.map((place) => ({
      name: `chat ${place.chatId}`,
      run: async () => [await checkChat(api, place, me)],
    })),
    ...deps.adminIds.map((id) => ({ name: `admin ${id}`, run: async () => [await checkAdmin(api, id, me)] })),
  ]);
  return [check, ...clock, ...rest, ...missing(deps, me)];
}

async function findMe({ api, way }: Deps): Promise<{ me: UserFromGetMe | undefined; check: Check }> {
  const name = 'telegram';
  try {
    const me = await api.getMe();
    return { me, check: pass(name, `the token belongs to @${me.username}, reached ${way}`) };
  } catch (error) {
    const means = 'Nothing can be sent or received';
    const check =
      error instanceof GrammyError
        ? fail(name, `Telegram says “${error.description}” to TELEGRAM_BOT_TOKEN`, {
            means,
            change: 'TELEGRAM_BOT_TOKEN=<all of the token, copied from @BotFather again>',
          })
        : fail(name, `Telegram cannot be reached ${way}`, {
            means,
            change:
              'Check the network. Behind a proxy: HTTPS_PROXY=http://<proxy>:3128. For your own Bot API server: TELEGRAM_API_ROOT=<its address>',
          });
    return { me: undefined, check };
  }
}

function checkClock({ api, apiRoot, proxy, way }: Deps): Checkup {
  const name = 'telegram clock';
  return {
    name,
    run: async () => {
      const before = new Date();
      const request = { headers: {}, proxy, timeoutMs: 10_000 };
      // Even where Telegram rejects the token, its answer has the time.
      const answer = await getText(`${apiRoot}/bot${api.token}/getMe`, request).catch(() => undefined);
      if (!answer?.date) return [pass(name, `not compared: no time came from ${new URL(apiRoot).host} ${way}`)];
      return [judgeClock(name, 'Telegram', { theirs: answer.date, before, after: new Date() })];
    },
  };
}

function checkPrivacy(me: UserFromGetMe): Check {
  const name = 'privacy mode';
  if (!me.can_read_all_group_messages)
    return pass(name, 'on: the bot gets commands, replies and presses, all it needs');
  return note(name, 'off: the bot receives every message of its groups', {
    means: 'Bellhop ignores them, but they reach this server',
    change:
      'Send /setprivacy to @BotFather, choose the bot and Enable, then remove the bot from the group and add it again.',
  });
}

function missing({ places, adminIds }: Deps, me: UserFromGetMe): Check[] {
  const noChat = note('TELEGRAM_CHAT_ID', 'no chat is set', {
    means: 'Cards go where an admin pressed Send alerts here, and nowhere until then',
    change: `Add @${me.username} to the group and type /setup there`,
  });
  const noAdmin = note('TELEGRAM_ADMIN_IDS', 'no admin is set', {
    means: 'Only those made admins in Telegram are, the first by the link that npm start prints',
    change: 'Open that link, unless somebody did before',
  });
  return [...(places.length > 0 ? [] : [noChat]), ...(adminIds.length > 0 ? [] : [noAdmin])];
}
