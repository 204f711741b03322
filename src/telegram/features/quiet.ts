import type { Person } from '../../people/person.ts';
import { can } from '../../people/rights.ts';
import { changeQuietOf } from '../../settings/quiet-settings.ts';
import { parseQuietHours, type QuietRules } from '../../quiet/quiet-hours.ts';
import * as quietStore from '../../quiet/quiet-store.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { spanMsOf } from '../typed-span.ts';
import { placeOfUpdate, reply } from '../reply.ts';
import { lines } from '../views/html.ts';
import { quietState } from '../views/quiet.ts';
import { undoKeyboard } from '../views/routes.ts';
import type { SettingChanged } from '../views/settings.ts';

type Typed = Readonly<{ words: readonly string[]; person: Person }>;

const longestMuteMs = 7 * 86_400_000;

/** `/quiet 22:00-08:00`, `/quiet off`; alone it says what is set. */
export async function quiet(ctx: BotContext, deps: BotDeps, { words, person }: Typed): Promise<unknown> {
  const { quiet: text } = deps.locale.texts;
  if (!can(person.role, 'keep-quiet')) return reply(ctx, deps, text.leadsOnly);
  const typed = words.join(' ');
  if (typed.toLowerCase() === 'off') return change(ctx, deps, person, () => ({ hours: null, mutedUntil: null }));
  const hours = parseQuietHours(typed);
  if (hours) return change(ctx, deps, person, (rules) => ({ ...rules, hours }));
  const chat = (await quietStore.findAll(deps.db)).find(({ place }) => place.chatId === ctx.chat?.id);
  return reply(ctx, deps, lines([text.now(quietStateOf(chat, deps)), text.usage]));
}

/** `/mute 30m`. */
export async function mute(ctx: BotContext, deps: BotDeps, { words, person }: Typed): Promise<unknown> {
  const { quiet: text } = deps.locale.texts;
  if (!can(person.role, 'keep-quiet')) return reply(ctx, deps, text.leadsOnly);
  const ms = spanMsOf(words.join(''));
  if (ms === undefined || ms > longestMuteMs) return reply(ctx, deps, text.muteUsage);
  const mutedUntil = new Date(deps.now().getTime() + ms);
  return change(ctx, deps, person, (rules) => ({ ...rules, mutedUntil }));
}

/** `/unmute`: the hours of `/quiet` stay. */
export async function unmute(ctx: BotContext, deps: BotDeps, person: Person): Promise<unknown> {
  if (!can(person.role, 'keep-quiet')) return reply(ctx, deps, deps.locale.texts.quiet.leadsOnly);
  return change(ctx, deps, person, (rules) => ({ ...rules, mutedUntil: null }));
}

async function change(
  ctx: BotContext,
  deps: BotDeps,
  person: Person,
  to: (rules: QuietRules) => QuietRules,
): Promise<unknown> {
  const { texts } = deps.locale;
  const changed = await changeQuietHere(ctx, deps, person, to);
  if (changed) return reply(ctx, deps, changed.text, { keyboard: undoKeyboard(changed.changeId, texts) });
  const chat = (await quietStore.findAll(deps.db)).find(({ place }) => place.chatId === ctx.chat?.id);
  return reply(ctx, deps, texts.quiet.unchanged(quietStateOf(chat, deps)));
}

/** Changes when the chat that asks is quiet; undefined where it is so already. */
export async function changeQuietHere(
  ctx: BotContext,
  deps: BotDeps,
  person: Person,
  to: (rules: QuietRules) => QuietRules,
): Promise<SettingChanged | undefined> {
  const { texts } = deps.locale;
  const place = placeOfUpdate(ctx);
  if (!place) return undefined;
  const time = { zone: deps.locale.zone, now: deps.now() };
  const changed = await changeQuietOf(deps.db, { place, by: person.id, to }, time);
  if (!changed) return undefined;
  await deps.quietChanged();
  const [before, after] = [quietState(changed.before, deps.locale), quietState(changed.after, deps.locale)];
  const isQuiet = changed.after.hours !== null || changed.after.mutedUntil !== null;
  const text = isQuiet ? texts.quiet.set(after, before) : texts.quiet.off(after, before);
  return { text, changeId: changed.changeId };
}

/** What is set for a chat now, in words. */
export function quietStateOf(chat: quietStore.QuietChat | undefined, { locale, now }: BotDeps): string {
  const mutedUntil = chat?.mutedUntil && chat.mutedUntil > now() ? chat.mutedUntil : null;
  return quietState({ hours: chat?.hours ?? null, mutedUntil }, locale);
}
