import { type Api, GrammyError } from 'grammy';
import type { BotCommandScope } from 'grammy/types';
import type { Log } from '../log.ts';
import { forGrammy } from './grammy-signal.ts';
import { pause } from '../database/pause.ts';
import { retryAfterOf } from './telegram-error.ts';
import type { Texts } from './texts/texts.ts';
import { commandMenu, privateMenu } from './views/help.ts';

type Menu = Readonly<{ scope: BotCommandScope; commands: readonly { command: string; description: string }[] }>;

const firstPauseMs = 1_000;
const maxPauseMs = 3_600_000;

/**
 * Sets the commands Telegram offers: all of them in groups and to admins, to others in private only those they may use.
 * Nothing waits for this: what Telegram refuses is retried after a growing pause.
 */
export async function keepMenu(
  deps: { api: Api; log: Log; adminIds: readonly number[]; texts: Texts },
  signal: AbortSignal,
): Promise<void> {
  let left = menusFor(deps.adminIds, deps.texts);
  for (let pauseMs = firstPauseMs; !signal.aborted; pauseMs = Math.min(pauseMs * 2, maxPauseMs)) {
    const { refused, error } = await setMenus(deps.api, left, signal);
    if (refused.length === 0 || signal.aborted) return;
    left = refused;
    const waitMs = Math.max(pauseMs, (retryAfterOf(error) ?? 0) * 1_000);
    deps.log.warn({ err: error, retry_in_seconds: waitMs / 1_000 }, 'telegram.menu_refused');
    await pause(waitMs, signal);
  }
}

function menusFor(adminIds: readonly number[], texts: Texts): readonly Menu[] {
  const commands = commandMenu(texts);
  return [
    { scope: { type: 'all_group_chats' }, commands },
    { scope: { type: 'all_private_chats' }, commands: privateMenu(texts) },
    ...adminIds.map((chat_id) => ({ scope: { type: 'chat', chat_id }, commands }) as const),
  ];
}

async function setMenus(
  api: Api,
  menus: readonly Menu[],
  signal: AbortSignal,
): Promise<{ refused: readonly Menu[]; error?: unknown }> {
  const refused: Menu[] = [];
  let lastError: unknown;
  for (const [index, menu] of menus.entries()) {
    if (signal.aborted) break;
    try {
      await api.setMyCommands(menu.commands, { scope: menu.scope }, forGrammy(signal));
    } catch (error) {
      if (isUnknownChat(error)) continue;
      refused.push(menu);
      lastError = error;
      if (retryAfterOf(error) !== undefined) return { refused: [...refused, ...menus.slice(index + 1)], error };
    }
  }
  return { refused, error: lastError };
}

/** An admin who has not started the bot yet; the next start sets their menu. */
function isUnknownChat(error: unknown): boolean {
  return error instanceof GrammyError && /chat not found/i.test(error.description);
}
