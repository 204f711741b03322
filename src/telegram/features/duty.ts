import { Composer } from 'grammy';
import { opensAt } from '../../config/business-time.ts';
import * as dutyStore from '../../duty/duty-store.ts';
import { mentioned } from '../../duty/mentioned.ts';
import * as teamStore from '../../duty/team-store.ts';
import * as incidenceViewStore from '../../incidences/incidence-view-store.ts';
import type { Person } from '../../people/person.ts';
import { can } from '../../people/rights.ts';
import { leaveDuty, takeHandover } from '../../shifts/hand-over.ts';
import * as handoverStore from '../../shifts/handover-store.ts';
import { clip } from '../../transcripts/clip.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { handoverScreen } from '../handover-screen.ts';
import { editReply, placeOfUpdate, reply, toast } from '../reply.ts';
import { clockTimeOf, secondsOf } from '../typed-time.ts';
import { clockTime, dutyList } from '../views/duty.ts';
import { blocks, html, isolated, lines } from '../views/html.ts';
import { openPage } from './open.ts';
import { refusePress } from './refuse.ts';

type Typed = Readonly<{ words: readonly string[]; person: Person }>;
type Who = Readonly<{ id: number; name: string; isYou: boolean }>;

const longestSeconds = 24 * 3_600;

/** `/onduty [2h or 18:00]`: shows what waits. Leads may name somebody else. */
export async function comeOnDuty(ctx: BotContext, deps: BotDeps, { words, person }: Typed): Promise<unknown> {
  const { zone, texts } = deps.locale;
  const { name, rest } = splitName(words);
  const who = await findWho(ctx, deps, name, person);
  if (!who) return undefined;
  const now = deps.now();
  const time = rest.join(' ');
  const seconds = secondsOf(time);
  if (seconds !== undefined && seconds > longestSeconds) return reply(ctx, deps, texts.duty.tooLong);
  const until = seconds === undefined ? clockTimeOf(time, zone, now) : new Date(now.getTime() + seconds * 1000);
  const place = placeOfUpdate(ctx);
  if (!place || (time !== '' && !until)) return reply(ctx, deps, texts.duty.usage);
  await dutyStore.begin(deps.db, { personId: who.id, until: until ?? null, place }, now);
  deps.wake.signal('deliveries');

  const said = texts.duty.on(isolated(who.name), who.isYou, until && clockTime(until, now, deps.locale));
  const { all: waiting } = await incidenceViewStore.countOpen(deps.db, { unacknowledged: true });
  if (waiting === 0) return reply(ctx, deps, lines([said, texts.duty.nothingWaits]));
  const { text, keyboard } = await openPage(ctx, deps, { words: 'unacked', personId: who.id });
  return reply(ctx, deps, blocks([said, text]), { keyboard });
}

/** `/offduty`: what they hold goes on a hand-over card. Leads may name somebody else. */
export async function goOffDuty(ctx: BotContext, deps: BotDeps, { words, person }: Typed): Promise<unknown> {
  const { duty } = deps.locale.texts;
  const { name, rest } = splitName(words);
  if (rest.length > 0) return reply(ctx, deps, duty.usage);
  const who = await findWho(ctx, deps, name, person);
  const place = placeOfUpdate(ctx);
  if (!who || !place) return undefined;
  // A hand-over that was typed in private is for the team.
  const [teamPlace = place] = deps.places.all();
  const shownIn = deps.places.includes(place.chatId) ? place : teamPlace;
  const left = await leaveDuty(deps.db, { personId: who.id, place: shownIn, team: teamOf(deps) }, deps.now());
  if (!left.ok) return reply(ctx, deps, duty.wasNotOn(isolated(who.name), who.isYou));
  await reply(
    ctx,
    deps,
    lines([duty.off(isolated(who.name), who.isYou), left.handedOver > 0 && duty.handsOver(left.handedOver)]),
  );
  deps.wake.signal('deliveries');
  return undefined;
}

/** `/duty`: who is on, until when, and when business opens. */
export async function showDuty(ctx: BotContext, deps: BotDeps): Promise<unknown> {
  const now = deps.now();
  const on = await dutyStore.findAllOn(deps.db, now);
  const leads = mentioned('leads', await teamStore.findAll(deps.db, teamOf(deps), now));
  const opens = opensAt(deps.businessHours, deps.locale.zone, now);
  return reply(ctx, deps, dutyList({ on, leads, opens }, now, deps.locale));
}

/** `I have it` under a hand-over card. */
export function handoverFeature(deps: BotDeps): Composer<BotContext> {
  const composer = new Composer<BotContext>();
  const { toasts, duty } = deps.locale.texts;
  composer.on('callback_query:data', async (ctx, next) => {
    if (ctx.press?.button.kind !== 'take-handover') return next();
    const { button, person } = ctx.press;
    const request = { id: button.id, actor: person, places: deps.places.routing(), desk: deps.desk };
    const outcome = await takeHandover(deps.db, request, deps.now());
    if (outcome.ok) {
      deps.wake.signal('deliveries');
      await toast(ctx, outcome.count === 0 ? duty.nothingLeft : duty.yours(outcome.count));
    } else if (outcome.reason === 'not-found') {
      return refusePress(ctx, deps, { reason: 'not-found', text: toasts.buttonExpired });
    } else {
      const text = duty.alreadyTaken(outcome.byThem ? toasts.you : outcome.by);
      await refusePress(ctx, deps, { reason: 'already-done', text });
    }
    // The card in the group has its own delivery; a copy in private changes when its reader presses.
    const handover = ctx.chat?.type === 'private' && (await handoverStore.findById(deps.db, button.id));
    return handover && editReply(ctx, deps, () => handoverScreen(deps, handover, deps.now()));
  });
  return composer;
}

function splitName(words: readonly string[]): Readonly<{ name: string | undefined; rest: readonly string[] }> {
  const name = words.find((word) => word.startsWith('@'));
  return { name, rest: words.filter((word) => word !== name) };
}

/** The person meant, or undefined where the answer was that it cannot be. */
async function findWho(
  ctx: BotContext,
  deps: BotDeps,
  name: string | undefined,
  person: Person,
): Promise<Who | undefined> {
  const { duty } = deps.locale.texts;
  const team = await teamStore.findAll(deps.db, teamOf(deps), deps.now());
  const username = name?.slice(1).toLowerCase();
  if (username === undefined || username === person.username?.toLowerCase())
    return { id: person.id, name: team.find(({ id }) => id === person.id)?.name ?? person.firstName, isYou: true };
  if (!can(person.role, 'set-duty-of-others')) {
    await reply(ctx, deps, duty.leadsOnly);
    return undefined;
  }
  const found = team.find((one) => one.username?.toLowerCase() === username);
  if (!found) await reply(ctx, deps, html`${duty.unknownPerson(clip(name ?? '', 40))}`);
  return found && { id: found.id, name: found.name, isYou: false };
}

export function teamOf({ adminIds, places }: BotDeps): teamStore.TeamScope {
  return { adminIds, chatIds: places.all().map(({ chatId }) => chatId) };
}
