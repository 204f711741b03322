import { GrammyError } from 'grammy';
import * as incidenceStore from '../../incidences/incidence-store.ts';
import * as incidenceViewStore from '../../incidences/incidence-view-store.ts';
import * as refusalStore from '../../people/refusal-store.ts';
import type { Button } from '../callback-data.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { actorLabel, type Refused } from '../receive/actor.ts';
import { isIn } from '../receive/membership.ts';
import { toast } from '../reply.ts';

/** `button`: of somebody who is not identified. */
type Refusal = Readonly<{ reason: string; text: string; alert?: boolean; button?: Button }>;

/**
 * Answers a press that changes nothing with why, and records it: in the history of the incidence that it names, so that
 * `/why` tells it, or else where `/settings` does. What an incidence's own state forbids is recorded with the decision.
 */
export async function refusePress(ctx: BotContext, deps: BotDeps, refusal: Refusal): Promise<void> {
  const { reason, text, alert = reason === 'not-allowed', button = ctx.press?.button } = refusal;
  await recordRefusal(ctx, deps, button, reason);
  await toast(ctx, text, { alert });
}

async function recordRefusal(
  ctx: BotContext,
  deps: BotDeps,
  button: Button | undefined,
  reason: string,
): Promise<void> {
  const [actor, now] = [actorLabel(ctx), deps.now()];
  const incidence = button && isOfIncidence(button) && (await incidenceViewStore.findById(deps.db, button.id));
  if (!incidence) return refusalStore.record(deps.db, { actor, wanted: button?.kind ?? 'unknown', reason }, now);
  const by = { actorId: ctx.press?.person.id ?? null, actor };
  const after = { wanted: button.kind, reason };
  await incidenceStore.record(deps.db, [{ incidenceId: button.id, ...by, action: 'refused', before: {}, after }], now);
}

/** Buttons whose id is that of something else. */
const withoutIncidence: readonly Button['kind'][] = [
  'show-next',
  'acknowledge-all',
  'send-again',
  'take-handover',
  'turn-page',
  'send-reply',
  'change-reply',
  'discard-reply',
  'show-stats',
  'explain-stats',
  'remove-route',
  'rules-page',
  'show-rule',
  'set-rule',
  'add-rule',
  'routes-page',
  'undo-setting',
  'send-rows',
  'settings-page',
  'choose-setting',
  'switch-setting',
  'send-alerts',
  'stop-alerts',
  'test-card',
  'check-setup',
  'answer-asker',
  'answer-everyone',
  'topics-by-severity',
  'topics-by-source',
];

function isOfIncidence({ kind }: Button): boolean {
  return !withoutIncidence.includes(kind);
}

/** Why somebody may not act. An agent who writes in private learns where to go: nobody needs to add an agent. */
export async function refusalHere(ctx: BotContext, deps: BotDeps, refused: Refused): Promise<string> {
  const { refusals } = deps.locale.texts;
  if (await isAgentElsewhere(ctx, deps, refused)) return refusals.agentInPrivate;
  if (refused.reason === 'stranger' && isPressElsewhere(ctx, deps)) return refusals.formerTeamChat;
  return refusals[refused.reason];
}

/** Old cards keep their buttons when TELEGRAM_CHAT_ID changes. */
function isPressElsewhere({ chat, callbackQuery }: BotContext, deps: BotDeps): boolean {
  return callbackQuery !== undefined && chat !== undefined && chat.type !== 'private' && !deps.places.includes(chat.id);
}

/** Whether somebody who is refused in private is an agent in the team's chat. */
export async function isAgentElsewhere(ctx: BotContext, deps: BotDeps, { reason }: Refused): Promise<boolean> {
  const { chat, from } = ctx;
  if (reason !== 'stranger' || chat?.type !== 'private' || !from) return false;
  const teams = new Set(deps.places.all().map(({ chatId }) => chatId));
  for (const teamId of teams) {
    if (teamId !== chat.id && (await isMember(ctx, teamId, from.id))) return true;
  }
  return false;
}

/** When Telegram does not answer, no: this only decides on a text. */
async function isMember(ctx: BotContext, chatId: number, userId: number): Promise<boolean> {
  try {
    return isIn(await ctx.api.getChatMember(chatId, userId));
  } catch (error) {
    if (error instanceof GrammyError) return false;
    throw error;
  }
}
