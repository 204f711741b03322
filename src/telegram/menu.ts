import { type Api, GrammyError } from 'grammy';
import { createLoop, type Loop } from '../database/loop.ts';
import type { Wake } from '../database/wake.ts';
import type { Log } from '../log.ts';
import { forGrammy } from './grammy-signal.ts';
import { type MenuFacts, type Menu, menusFor } from './menus-for.ts';
import { retryAfterOf } from './telegram-error.ts';
import type { Texts } from './texts/texts.ts';

const firstPauseMs = 1_000;
const maxPauseMs = 3_600_000;

/**
 * Keeps the commands Telegram offers true: by chat and by role, sending only what changed. Nothing waits for this: what
 * Telegram refuses is tried again after a growing pause.
 */
export function createMenus(deps: {
  api: Api;
  log: Log;
  wake: Wake;
  texts: Texts;
  facts: () => Promise<MenuFacts>;
  now: () => Date;
}): Loop {
  const { api, log, texts } = deps;
  /** What this run set, by scope. Setting the same again after a restart does no harm. */
  const known = new Map<string, Menu>();
  let pauseMs = firstPauseMs;
  let notBefore = 0;

  async function run(stopping: AbortSignal): Promise<number | undefined> {
    const waitMs = notBefore - deps.now().getTime();
    if (waitMs > 0) return waitMs;
    const wanted = new Map(menusFor(await deps.facts(), texts).map((menu) => [JSON.stringify(menu.scope), menu]));
    for (const [key, { scope }] of known) {
      if (wanted.has(key) || stopping.aborted) continue;
      const refusal = await refusalOf(() => api.deleteMyCommands({ scope }, forGrammy(stopping)));
      if (refusal !== undefined && !isUnreachable(refusal)) return later(refusal, stopping);
      known.delete(key);
    }
    for (const [key, menu] of wanted) {
      if (isSame(known.get(key), menu) || stopping.aborted) continue;
      const { scope } = menu;
      const refusal = await refusalOf(() => api.setMyCommands(menu.commands, { scope }, forGrammy(stopping)));
      if (refusal === undefined) known.set(key, menu);
      // Tried again with the next change: by then they may have started the bot.
      else if (!isUnreachable(refusal)) return later(refusal, stopping);
    }
    pauseMs = firstPauseMs;
    return undefined;
  }

  function later(error: unknown, stopping: AbortSignal): number | undefined {
    if (stopping.aborted) return undefined;
    const waitMs = Math.max(pauseMs, (retryAfterOf(error) ?? 0) * 1_000);
    log.warn({ err: error, retry_in_seconds: waitMs / 1_000 }, 'telegram.menu_refused');
    pauseMs = Math.min(pauseMs * 2, maxPauseMs);
    notBefore = deps.now().getTime() + waitMs;
    return waitMs;
  }

  const loop = createLoop({
    run,
    failed: (err) => log.warn({ err }, 'telegram.menu_failed'),
    retryInMs: 30_000,
  });
  deps.wake.on('settings', () => loop.tick());
  return loop;
}

async function refusalOf(call: () => Promise<unknown>): Promise<unknown> {
  try {
    await call();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Somebody who never started the bot or is not in the group, or a group the bot was removed from. */
function isUnreachable(error: unknown): boolean {
  if (!(error instanceof GrammyError)) return false;
  return error.error_code === 403 || /chat not found|PARTICIPANT_ID_INVALID/i.test(error.description);
}

function isSame(one: Menu | undefined, other: Menu): boolean {
  return one !== undefined && JSON.stringify(one.commands) === JSON.stringify(other.commands);
}
