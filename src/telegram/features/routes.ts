import { Composer } from 'grammy';
import * as incidenceStore from '../../incidences/incidence-store.ts';
import type { Person } from '../../people/person.ts';
import { can } from '../../people/rights.ts';
import { type ChatPlace, isSamePlace } from '../../routes/lane.ts';
import { conditionsText, matches } from '../../routes/route.ts';
import * as routeStore from '../../routes/route-store.ts';
import { addRoute, mostRoutes, removeRoutes } from '../../settings/route-settings.ts';
import { clip } from '../../transcripts/clip.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { parseRoute } from '../parse-route.ts';
import { titleOf } from '../place-title.ts';
import { editReply, placeOfUpdate, reply, toast } from '../reply.ts';
import { lines } from '../views/html.ts';
import { routeList, routeUsage, undoKeyboard } from '../views/routes.ts';
import { refusePress } from './refuse.ts';

const countedMs = 7 * 86_400_000;

/** `/route <conditions>` and `/route off`, typed in the chat or topic they are about. */
export async function route(
  ctx: BotContext,
  deps: BotDeps,
  { words, person }: Readonly<{ words: readonly string[]; person: Person }>,
): Promise<unknown> {
  const { texts } = deps.locale;
  const text = texts.routes;
  const place = placeOfUpdate(ctx);
  if (!place) return undefined;
  if (!can(person.role, 'manage-routes')) return reply(ctx, deps, text.leadsOnly);
  if (words.length === 1 && words[0]?.toLowerCase() === 'off') return removeHere(ctx, deps, place, person);

  const parsed = parseRoute(words.join(' '));
  if (!parsed.ok) {
    const here = deps.routes.value().filter((known) => isSamePlace(known.place, place));
    const now = parsed.problem.kind === 'nothing' && here.length > 0 && text.hereAlready(namesOf(here));
    return reply(ctx, deps, lines([routeUsage(parsed.problem, texts), now]));
  }
  const isNewChat = !deps.places.includes(place.chatId);
  const { conditions } = parsed;
  const added = { place, title: titleOf(ctx, place, text), conditions, createdBy: person.id };
  const outcome = await addRoute(deps.db, added, deps.now());
  // That the bot could be asked here shows that the place is not lost.
  const isFound = (await routeStore.markFound(deps.db, place)) > 0;
  if (outcome.kind === 'added' || isFound) await deps.routesChanged();
  const written = clip(conditionsText(conditions), 300);
  if (outcome.kind !== 'added') {
    return reply(ctx, deps, outcome.kind === 'known' ? text.known(written) : text.full(mostRoutes));
  }

  const recent = await incidenceStore.countRoutable(deps.db, new Date(deps.now().getTime() - countedMs));
  const sum = (groups: typeof recent) => groups.reduce((total, { count }) => total + count, 0);
  const got = sum(recent.filter((group) => matches(conditions, group)));
  const answer = lines([
    text.added(written, got, sum(recent)),
    isNewChat && text.opened,
    deps.places.routing().defaults.length === 0 && text.noDefault,
  ]);
  return reply(ctx, deps, answer, { keyboard: undoKeyboard(outcome.changeId, texts) });
}

async function removeHere(ctx: BotContext, deps: BotDeps, place: ChatPlace, person: Person): Promise<unknown> {
  const { texts } = deps.locale;
  const removal = await removeRoutes(deps.db, (known) => isSamePlace(known.place, place), person.id, deps.now());
  if (!removal) return reply(ctx, deps, texts.routes.noneHere);
  await deps.routesChanged();
  const keyboard = undoKeyboard(removal.changeId, texts);
  return reply(ctx, deps, texts.routes.removed(namesOf(removal.removed)), { keyboard });
}

export async function listRoutes(ctx: BotContext, deps: BotDeps, person: Person): Promise<unknown> {
  const { texts } = deps.locale;
  if (!can(person.role, 'manage-routes')) return reply(ctx, deps, texts.routes.leadsOnly);
  const { text, keyboard } = routeList(await routeStore.findAll(deps.db), 0, texts);
  return reply(ctx, deps, text, { keyboard });
}

/** The buttons under `/routes`. */
export function routesFeature(deps: BotDeps): Composer<BotContext> {
  const composer = new Composer<BotContext>();

  composer.on('callback_query:data', async (ctx, next) => {
    if (!ctx.press) return next();
    const { button, person } = ctx.press;
    if (button.kind !== 'remove-route' && button.kind !== 'routes-page') return next();
    const { texts } = deps.locale;
    const words = texts.routes.toasts;
    if (!can(person.role, 'manage-routes'))
      return refusePress(ctx, deps, { reason: 'not-allowed', text: words.leadsOnly });
    const removal =
      button.kind === 'remove-route'
        ? await removeRoutes(deps.db, ({ id }) => id === button.id, person.id, deps.now())
        : undefined;
    if (removal) await deps.routesChanged();
    if (removal || button.kind === 'routes-page') await toast(ctx, removal ? words.removed : '');
    else await refusePress(ctx, deps, { reason: 'already-done', text: words.alreadyRemoved });
    const page = button.kind === 'remove-route' ? button.page : button.id;
    const above = removal && {
      text: texts.routes.removed(namesOf(removal.removed)),
      changeId: removal.changeId,
    };
    await editReply(ctx, deps, async () => routeList(await routeStore.findAll(deps.db), page, texts, above));
  });

  return composer;
}

function namesOf(routes: readonly routeStore.ListedRoute[]): string {
  return clip(routes.map(({ conditions }) => conditionsText(conditions)).join('; '), 500);
}
