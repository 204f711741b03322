import { Composer } from 'grammy';
import * as noteStore from '../../chats/note-store.ts';
import { rank } from '../../delivery/delivery.ts';
import type { Person } from '../../people/person.ts';
import { can } from '../../people/rights.ts';
import { laneOf } from '../../routes/lane.ts';
import { type NamedPlace, setDefaultPlace } from '../../settings/default-place.ts';
import { isSetupKind, type SetupKind } from '../callback-data.ts';
import { type ChatRight, rightsOf } from '../chat-rights.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { titleOf } from '../place-title.ts';
import { editReply, placeOfUpdate, reply, toast } from '../reply.ts';
import type { Html } from '../views/html.ts';
import { createTopics } from './create-topics.ts';
import type { Screen } from '../views/incidence-card.ts';
import { addToGroup, setupScreen } from '../views/setup.ts';
import { refusePress } from './refuse.ts';

type TopicsKind = 'topics-by-severity' | 'topics-by-source';

/** `/setup`, typed in the chat or topic it is about. */
export async function setup(ctx: BotContext, deps: BotDeps, person: Person): Promise<unknown> {
  const { texts } = deps.locale;
  if (!can(person.role, 'manage-pairing')) return reply(ctx, deps, texts.setup.adminsOnly);
  if (ctx.chat?.type === 'private')
    return reply(ctx, deps, texts.setup.inPrivate, { keyboard: addToGroup(ctx.me.username, texts) });
  return showSetup(ctx, deps);
}

/** `greeting`: said first. */
export async function showSetup(ctx: BotContext, deps: BotDeps, greeting?: Html): Promise<unknown> {
  const screen = await screenHere(ctx, deps, greeting);
  return screen && reply(ctx, deps, screen.text, { keyboard: screen.keyboard });
}

/** The buttons under `/setup`. */
export function setupFeature(deps: BotDeps): Composer<BotContext> {
  const { toasts } = deps.locale.texts.setup;
  const composer = new Composer<BotContext>();
  /** Chats where topics are being created: one press is enough. */
  const creating = new Set<number>();

  composer.on('callback_query:data', async (ctx, next) => {
    if (!ctx.press) return next();
    const { button, person } = ctx.press;
    const { kind } = button;
    if (!isSetupKind(kind)) return next();
    if (!can(person.role, 'manage-pairing'))
      return refusePress(ctx, deps, { reason: 'not-allowed', text: toasts.adminsOnly });
    const place = placeHere(ctx, deps);
    if (!place) return refusePress(ctx, deps, { reason: 'not-found', text: deps.locale.texts.toasts.buttonExpired });
    const show = (greeting?: Html) =>
      editReply(ctx, deps, async () =>
        setupScreen({ ...(await factsHere(ctx, deps, place)), greeting }, deps.locale.texts),
      );
    if (kind !== 'topics-by-severity' && kind !== 'topics-by-source') {
      await toast(ctx, await press(deps, kind, place, person));
      return show();
    }
    if (creating.has(place.chatId)) return toast(ctx, toasts.creatingAlready);
    creating.add(place.chatId);
    try {
      await toast(ctx, toasts.creating);
      const by = kind === 'topics-by-source' ? 'source' : 'severity';
      return await show(await createTopics(ctx, deps, { by, chatId: place.chatId, person }));
    } finally {
      creating.delete(place.chatId);
    }
  });

  return composer;
}

/** What becomes of a press, in words. */
async function press(
  deps: BotDeps,
  kind: Exclude<SetupKind, TopicsKind>,
  place: NamedPlace,
  { id: by }: Person,
): Promise<string> {
  const { toasts } = deps.locale.texts.setup;
  if (kind === 'check-setup') return toasts.checked;
  if (kind === 'test-card') {
    await noteStore.insert(deps.db, testIn(place), deps.now());
    deps.wake.signal('deliveries');
    return toasts.testSent;
  }
  if (deps.pairing.isConfigured) return toasts.configured;
  const isHere = deps.places.isTeamChat(place);
  if (kind === 'stop-alerts' && !isHere) return toasts.notHere;
  if (kind === 'send-alerts' && isHere) return toasts.alreadyHere;
  await setDefaultPlace(deps.db, { place: kind === 'send-alerts' ? place : null, by }, deps.now());
  await deps.pairing.placeChanged();
  return kind === 'send-alerts' ? toasts.sendingHere : toasts.stopped;
}

function testIn({ chatId, threadId }: NamedPlace) {
  return {
    lane: laneOf(chatId),
    kind: 'test',
    subject: `test:${crypto.randomUUID()}`,
    rank: rank.high,
    incidenceId: null,
    payload: { chatId, threadId },
  };
}

async function screenHere(ctx: BotContext, deps: BotDeps, greeting?: Html): Promise<Screen | undefined> {
  const place = placeHere(ctx, deps);
  return place && setupScreen({ ...(await factsHere(ctx, deps, place)), greeting }, deps.locale.texts);
}

function placeHere(ctx: BotContext, deps: BotDeps): NamedPlace | undefined {
  const place = placeOfUpdate(ctx);
  return place && { ...place, title: shownTitle(ctx, deps) ?? titleOf(ctx, place, deps.locale.texts.routes) };
}

/** Telegram tells a topic's name with the command, not with a press under the answer: that has it in its heading. */
function shownTitle({ callbackQuery }: BotContext, { locale }: BotDeps): string | undefined {
  const { headingStart } = locale.texts.setup;
  const text = callbackQuery?.message?.text ?? '';
  const heading = text.split('\n').find((line) => line.startsWith(headingStart));
  return heading?.slice(headingStart.length) || undefined;
}

async function factsHere(ctx: BotContext, deps: BotDeps, place: NamedPlace) {
  const [current] = deps.places.routing().defaults;
  const { isConfigured, chosen } = deps.pairing;
  const rights = await rightsHere(ctx, deps, place.chatId);
  return { place, rights, isHere: deps.places.isTeamChat(place), current, isConfigured, title: chosen()?.title };
}

async function rightsHere(
  ctx: BotContext,
  deps: BotDeps,
  chatId: number,
): Promise<ReadonlyMap<ChatRight, boolean> | undefined> {
  try {
    const [chat, member] = await Promise.all([ctx.api.getChat(chatId), ctx.api.getChatMember(chatId, ctx.me.id)]);
    return rightsOf(chat, member);
  } catch (err) {
    deps.log.warn({ err }, 'telegram.rights_unknown');
    return undefined;
  }
}
