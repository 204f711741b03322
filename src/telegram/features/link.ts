import { Composer, GrammyError } from 'grammy';
import * as linkStore from '../../people/link-store.ts';
import type { Person } from '../../people/person.ts';
import * as personStore from '../../people/person-store.ts';
import { onCommands } from '../command.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { nameOf, resolveActor } from '../receive/actor.ts';
import { reply } from '../reply.ts';
import { type Html, html, lines } from '../views/html.ts';
import { isAgentElsewhere, refusalHere } from './refuse.ts';

/** `/link` and `/unlink`, in private. Before the dialogs, which would keep the message with the token. */
export function linkFeature(deps: BotDeps): Composer<BotContext> {
  const { links } = deps.locale.texts;
  const composer = new Composer<BotContext>();

  async function link(ctx: BotContext, words: readonly string[]): Promise<unknown> {
    const [token] = words;
    if (token === undefined) return reply(ctx, deps, links.usage);
    const isDeleted = await deleteMessage(ctx);
    if (ctx.chat?.type !== 'private') return reply(ctx, deps, links.inGroup);
    const person = await personHere(ctx, deps);
    if (!person) return refuse(ctx, deps);
    const answer = await linkWith(deps, person, token);
    return reply(ctx, deps, lines([answer, !isDeleted && links.notDeleted]));
  }

  async function unlink(ctx: BotContext): Promise<unknown> {
    const person = await personHere(ctx, deps);
    if (!person) return refuse(ctx, deps);
    return reply(ctx, deps, (await linkStore.remove(deps.db, person.id)) ? links.unlinked : links.notLinked);
  }

  composer.use(
    onCommands(
      new Map([
        ['link', link],
        ['unlink', unlink],
      ]),
    ),
  );
  return composer;
}

async function linkWith(deps: BotDeps, person: Person, token: string): Promise<Html> {
  const { links } = deps.locale.texts;
  if (!deps.linkDesk) return links.notConfigured;
  if (!deps.tokenBox) return links.noKey;
  const checked = await deps.linkDesk.check(token);
  if (!checked.ok) {
    switch (checked.reason) {
      case 'invalid':
        return links.invalid;
      case 'other-account':
        return links.otherAccount;
      case 'no-answer':
        return links.noAnswer;
    }
  }
  await linkStore.upsert(deps.db, {
    personId: person.id,
    deskUserId: checked.userId,
    deskName: checked.name,
    token: deps.tokenBox.seal(person.id, token),
    linkedAt: deps.now(),
  });
  return links.linked(checked.name);
}

/** An agent is one in the team's chat alone, but a token is sent in private. */
async function personHere(ctx: BotContext, deps: BotDeps): Promise<Person | undefined> {
  const who = await resolveActor(ctx, deps);
  if (who.ok) return who.person;
  if (!ctx.from || !(await isAgentElsewhere(ctx, deps, who))) return undefined;
  const identity = { telegramId: ctx.from.id, ...nameOf(ctx.from), username: ctx.from.username ?? null };
  return personStore.upsert(deps.db, identity, deps.now());
}

async function refuse(ctx: BotContext, deps: BotDeps): Promise<unknown> {
  const who = await resolveActor(ctx, deps);
  return who.ok ? undefined : reply(ctx, deps, html`${await refusalHere(ctx, deps, who)}`);
}

/** False where Telegram did not allow it: in a group without that right, or after two days. */
async function deleteMessage(ctx: BotContext): Promise<boolean> {
  try {
    return await ctx.deleteMessage();
  } catch (error) {
    if (error instanceof GrammyError) return false;
    throw error;
  }
}
