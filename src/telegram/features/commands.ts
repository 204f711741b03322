import { Composer } from 'grammy';
import type { Person } from '../../people/person.ts';
import { onCommands } from '../command.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { placeOfUpdate, reply } from '../reply.ts';
import { help, whoAmI } from '../views/help.ts';
import { html } from '../views/html.ts';
import { resolveActor } from '../receive/actor.ts';
import { acknowledge, close, note, severity, snooze, tag } from './act.ts';
import { sendDashboard } from './dashboard.ts';
import { assign } from './assign.ts';
import { comeOnDuty, goOffDuty, showDuty } from './duty.ts';
import { escalation } from './escalation.ts';
import { createExport } from './export.ts';
import { replyWithFound } from './find.ts';
import { sendInvitation } from './invite.ts';
import { replyWithOpen } from './open.ts';
import { isAgentElsewhere, refusalHere } from './refuse.ts';
import { mute, quiet, unmute } from './quiet.ts';
import { listRoutes, route } from './routes.ts';
import { showSettings } from './settings.ts';
import { setup } from './setup.ts';
import { startWithCode } from './start.ts';
import { showCard, showStory, showTranscript } from './show.ts';
import { severityRules } from './severity-rules.ts';
import { replyWithStats } from './stats.ts';
import { remove, setRole, showTeam } from './team.ts';
import { undo } from './undo.ts';

type Run = (ctx: BotContext, words: readonly string[], person: Person) => Promise<unknown>;

/** Commands of agents and leads. Each answers in the topic it was typed in. */
export function commandsFeature(deps: BotDeps): Composer<BotContext> {
  const composer = new Composer<BotContext>();

  const commands: Record<string, Run> = {
    open: (ctx, words, person) => replyWithOpen(ctx, deps, words, person),
    mine: (ctx, words, person) => replyWithOpen(ctx, deps, ['mine', ...words], person),
    find: (ctx, words, person) => replyWithFound(ctx, deps, { words, person }),
    stats: (ctx, words) => replyWithStats(ctx, deps, words),
    export: createExport(deps),
    dashboard: (ctx, _, person) => sendDashboard(ctx, deps, person),
    incidence: (ctx, words) => showCard(ctx, deps, words),
    transcript: (ctx, words) => showTranscript(ctx, deps, words),
    why: (ctx, words) => showStory(ctx, deps, words),
    ack: (ctx, words, person) => acknowledge(ctx, deps, { words, person }),
    close: (ctx, words, person) => close(ctx, deps, { words, person }),
    severity_words: (ctx, words, person) => severityRules(ctx, deps, { kind: 'words', words, person }),
    severity_labels: (ctx, words, person) => severityRules(ctx, deps, { kind: 'labels', words, person }),
    severity_attributes: (ctx, words, person) => severityRules(ctx, deps, { kind: 'attributes', words, person }),
    team: (ctx, _, person) => showTeam(ctx, deps, person),
    setup: (ctx, _, person) => setup(ctx, deps, person),
    invite: (ctx, words, person) => sendInvitation(ctx, deps, { words, person }),
    remove: (ctx, words, person) => remove(ctx, deps, { words, person }),
    role: (ctx, words, person) => setRole(ctx, deps, { words, person }),
    route: (ctx, words, person) => route(ctx, deps, { words, person }),
    routes: (ctx, _words, person) => listRoutes(ctx, deps, person),
    quiet: (ctx, words, person) => quiet(ctx, deps, { words, person }),
    mute: (ctx, words, person) => mute(ctx, deps, { words, person }),
    settings: (ctx, _words, person) => showSettings(ctx, deps, person),
    unmute: (ctx, _words, person) => unmute(ctx, deps, person),
    tag: (ctx, words, person) => tag(ctx, deps, { words, person }),
    onduty: (ctx, words, person) => comeOnDuty(ctx, deps, { words, person }),
    offduty: (ctx, words, person) => goOffDuty(ctx, deps, { words, person }),
    duty: (ctx) => showDuty(ctx, deps),
    escalation: (ctx, words, person) => escalation(ctx, deps, { words, person }),
    severity: (ctx, words, person) => severity(ctx, deps, { words, person }),
    assign: (ctx, words, person) => assign(ctx, deps, { words, person }),
    undo: (ctx, words, person) => undo(ctx, deps, { words, person }),
    snooze: (ctx, words, person) => snooze(ctx, deps, { words, person }),
    note: (ctx, words, person) => note(ctx, deps, { words, person }),
  };

  async function runAs(run: Run, ctx: BotContext, words: readonly string[]): Promise<unknown> {
    const who = await resolveActor(ctx, deps);
    if (!who.ok) return reply(ctx, deps, html`${await refusalHere(ctx, deps, who)}`);
    return run(ctx, words, who.person);
  }
  const replyWithHelp = async (ctx: BotContext) => {
    const who = await resolveActor(ctx, deps);
    const facts = {
      role: who.ok ? who.person.role : undefined,
      isPrivate: ctx.chat?.type === 'private',
      isAnyPaired: deps.places.all().length > 0,
    };
    return reply(ctx, deps, help(facts, deps.locale.texts));
  };
  const start = async (ctx: BotContext, words: readonly string[]) => {
    const [code] = words;
    if (code === undefined) return replyWithHelp(ctx);
    if (ctx.chat?.type === 'private') return startWithCode(ctx, deps, code);
    // A link to add the bot sends this to the group, where the bot has just said hello, unless it was there before.
    return deps.greeted.has(String(ctx.chat?.id), deps.now())
      ? undefined
      : runAs((here, _, person) => setup(here, deps, person), ctx, []);
  };
  const replyWithWhoAmI = async (ctx: BotContext) => {
    const who = await resolveActor(ctx, deps);
    const facts = {
      role: who.ok ? who.person.role : undefined,
      isAgentElsewhere: !who.ok && (await isAgentElsewhere(ctx, deps, who)),
      userId: ctx.from?.id,
      place: placeOfUpdate(ctx),
      isPaired: ctx.chat !== undefined && deps.places.includes(ctx.chat.id),
      isAnyPaired: deps.places.all().length > 0,
    };
    return reply(ctx, deps, whoAmI(facts, deps.locale.texts));
  };

  composer.use(
    onCommands(
      new Map([
        ...Object.entries(commands).map(
          ([name, run]) => [name, (ctx: BotContext, words: readonly string[]) => runAs(run, ctx, words)] as const,
        ),
        ['help', replyWithHelp],
        ['start', start],
        ['whoami', replyWithWhoAmI],
      ]),
    ),
  );

  return composer;
}
