import { Composer } from 'grammy';
import { actOnIncidence, type ActOutcome, tagIncidence } from '../../incidences/act-on-incidence.ts';
import { type Action, type Outcome, outcomes } from '../../incidences/incidence.ts';
import { findStory } from '../../incidences/story.ts';
import { tagName } from '../../incidences/tag-store.ts';
import type { Person } from '../../people/person.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { placeOf, reply, sendCardHere, sendTranscriptHere } from '../say.ts';
import { help, whoAmI } from '../views/help.ts';
import { clip, html } from '../views/html.ts';
import { toastOf } from '../views/toasts.ts';
import { why } from '../views/why.ts';
import { refusalText, whoActs } from '../who.ts';
import { sayOpen } from './open.ts';
import { sayStats } from './stats.ts';

type Command = (ctx: BotContext, words: string[], person: Person) => Promise<unknown>;

/** Commands of agents and leads. Each answers in the topic it was typed in. */
export function commandsFeature(deps: BotDeps): Composer<BotContext> {
  const composer = new Composer<BotContext>();

  const commands: Record<string, Command> = {
    open: (ctx, words, person) => sayOpen(ctx, deps, words, person),
    mine: (ctx, words, person) => sayOpen(ctx, deps, ['mine', ...words], person),
    stats: (ctx, words) => sayStats(ctx, deps, words),
    incidence: async (ctx, words) => {
      const id = numberOf(words[0]);
      if (id === undefined) return reply(ctx, deps, html`Which one? For example /incidence 42`);
      return (
        (await sendCardHere(ctx, deps, id)) ||
        reply(ctx, deps, html`There is no incidence #${id}. /open lists what is open.`)
      );
    },
    transcript: async (ctx, words) => {
      const id = numberOf(words[0]);
      if (id === undefined) return reply(ctx, deps, html`Of which one? For example /transcript 42`);
      return (
        (await sendTranscriptHere(ctx, deps, id)) ||
        reply(
          ctx,
          deps,
          html`There is no transcript of #${id}. Tawk sends it about three minutes after the visitor left.`,
        )
      );
    },
    why: async (ctx, words) => {
      const id = numberOf(words[0]);
      if (id === undefined) return reply(ctx, deps, html`Which one? For example /why 42`);
      return reply(ctx, deps, why(id, await findStory(deps.db, id), deps.locale));
    },
    ack: (ctx, words, person) => act(ctx, words, { kind: 'acknowledge' }, person, '/ack 42'),
    close: (ctx, words, person) => close(ctx, words, person),
    tag: (ctx, words, person) => tag(ctx, words, person),
  };

  for (const [name, run] of Object.entries(commands)) {
    composer.command(name, async (ctx) => {
      const who = await whoActs(ctx, deps);
      if (!who.ok) return void (await reply(ctx, deps, html`${refusalText(who)}`));
      await run(ctx, ctx.match.trim().split(/\s+/).filter(Boolean), who.person);
    });
  }

  composer.command(['help', 'start'], async (ctx) => {
    await reply(ctx, deps, help(deps.places.all().length > 0));
  });
  composer.command('whoami', async (ctx) => {
    const who = await whoActs(ctx, deps);
    const role = who.ok ? who.person.role : undefined;
    await reply(ctx, deps, whoAmI({ role, userId: ctx.from?.id, place: placeOf(ctx), isPaired: isPaired(ctx) }));
  });

  return composer;

  function isPaired(ctx: BotContext): boolean {
    return ctx.chat !== undefined && deps.places.includes(ctx.chat.id);
  }

  async function close(ctx: BotContext, words: string[], person: Person): Promise<unknown> {
    const [number, ...rest] = words;
    const { outcome, note } = outcomeAndNote(rest);
    // A word that was meant as an outcome and is none became the note: that must show.
    const said = note && ` · note: ${note}`;
    return act(ctx, [number ?? ''], { kind: 'close', outcome, note }, person, '/close 42 resolved paid out', said);
  }

  async function act(
    ctx: BotContext,
    words: string[],
    action: Action,
    person: Person,
    example: string,
    alsoSaid = '',
  ): Promise<unknown> {
    const id = numberOf(words[0]);
    if (id === undefined) return reply(ctx, deps, html`Which one? For example ${example}`);
    const request = { id, action, actor: person, places: deps.places.all() };
    const outcome = await actOnIncidence(deps.db, request, deps.now());
    return answer(ctx, id, outcome, outcome.ok ? `${toastOf(outcome)}${alsoSaid}` : undefined);
  }

  async function tag(ctx: BotContext, words: string[], person: Person): Promise<unknown> {
    const [number, ...names] = words;
    const id = numberOf(number);
    const tags = names.map(tagName).filter((name) => name !== '');
    if (id === undefined || tags.length === 0)
      return reply(ctx, deps, html`Which one, and with what? For example /tag 42 refund vip`);
    const outcome = await tagIncidence(
      deps.db,
      { id, mode: 'set', tags, actor: person, places: deps.places.all() },
      deps.now(),
    );
    return answer(
      ctx,
      id,
      outcome,
      outcome.ok ? `#${id} is tagged ${clip(outcome.incidence.tags.join(', '), 500)}` : undefined,
    );
  }

  async function answer(ctx: BotContext, id: number, outcome: ActOutcome, said?: string): Promise<unknown> {
    if (outcome.ok) deps.wake.signal('deliveries');
    const text =
      !outcome.ok && outcome.reason === 'not-found'
        ? `There is no incidence #${id}. /open lists what is open.`
        : toastOf(outcome);
    return reply(ctx, deps, html`${said ?? text}`);
  }
}

function outcomeAndNote(words: readonly string[]): { outcome: Outcome; note: string | undefined } {
  const spoken: readonly (readonly [Outcome, number])[] = outcomes.flatMap((outcome) => {
    const length = spokenLength(outcome, words);
    return length > 0 ? [[outcome, length] as const] : [];
  });
  const [outcome, length] = spoken[0] ?? ['resolved' as const, 0];
  return { outcome, note: clip(words.slice(length).join(' '), 500) || undefined };
}

/** How many words name this outcome at the start: `no_reply_needed`, `no reply needed`, `spam`; 0 when they do not. */
function spokenLength(outcome: Outcome, words: readonly string[]): number {
  if (words[0]?.toLowerCase().replaceAll('-', '_') === outcome) return 1;
  const names = outcome.split('_');
  return names.every((name, index) => words[index]?.toLowerCase() === name) ? names.length : 0;
}

function numberOf(word: string | undefined): number | undefined {
  const digits = word?.replace(/^#/, '') ?? '';
  return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
}
