import { roleOf } from '../../people/identify-person.ts';
import type { Person, Role } from '../../people/person.ts';
import * as personStore from '../../people/person-store.ts';
import { can } from '../../people/rights.ts';
import { changeRole, peopleKey, removePerson } from '../../settings/change-role.ts';
import { invitationsKey } from '../../settings/invite.ts';
import { leaveDuty } from '../../shifts/hand-over.ts';
import * as settingStore from '../../settings/setting-store.ts';
import type { BotContext, BotDeps } from '../context.ts';
import { oneOf, parseWords } from '../parse-words.ts';
import { teamOf } from './duty.ts';
import { nameOf } from '../receive/actor.ts';
import { placeOfUpdate, reply } from '../reply.ts';
import { numberOf } from '../typed-number.ts';
import { isolated, lines } from '../views/html.ts';
import { undoKeyboard } from '../views/routes.ts';
import { teamList } from '../views/team.ts';

const shownChanges = 5;
const roles: readonly Role[] = ['agent', 'lead', 'admin'];

/** `/team`: who has which role, and who changed that. */
export async function showTeam(ctx: BotContext, deps: BotDeps, person: Person): Promise<unknown> {
  if (!can(person.role, 'manage-people')) return reply(ctx, deps, deps.locale.texts.team.adminsOnly);
  const { adminIds } = deps;
  const chatIds = deps.places.all().map(({ chatId }) => chatId);
  const found = await personStore.findTeam(deps.db, { adminIds, chatIds });
  const people = found.map((known) => ({ ...known, role: roleOf(adminIds.includes(known.telegramId), known) }));
  const changes = await settingStore.findChanges(deps.db, [peopleKey, invitationsKey], shownChanges);
  return reply(ctx, deps, teamList(people, changes, deps.locale));
}

/** `/role lead` as a reply to somebody's message, or `/role 500000101 lead`. */
export async function setRole(
  ctx: BotContext,
  deps: BotDeps,
  { words, person }: Readonly<{ words: readonly string[]; person: Person }>,
): Promise<unknown> {
  const { team } = deps.locale.texts;
  if (!can(person.role, 'manage-people')) return reply(ctx, deps, team.adminsOnly);
  const { read, others } = parseWords(words, { roles: oneOf(roles), ids: numberOf });
  const [role, secondRole] = read.roles;
  const [id, secondId] = read.ids;
  if (!role || secondRole || secondId !== undefined || others.length > 0) return reply(ctx, deps, team.usage);

  const target = id === undefined ? await authorReplied(ctx, deps) : await personStore.findByTelegramId(deps.db, id);
  if (target === 'not-a-person') return reply(ctx, deps, team.notAPerson);
  if (!target) return reply(ctx, deps, id === undefined ? team.usage : team.unknownId(id));
  const { telegramId } = target;
  const name = isolated(target.firstName);
  if (deps.adminIds.includes(telegramId)) return reply(ctx, deps, team.isAdmin(name));
  const change = { telegramId, role, by: person.id, namedAdmins: deps.adminIds };
  const outcome = await changeRole(deps.db, change, deps.now());
  await deps.pairing.peopleChanged();
  switch (outcome.kind) {
    case 'changed':
      return reply(ctx, deps, lines([team.changed(name, role), team.before(outcome.before)]), {
        keyboard: undoKeyboard(outcome.changeId, deps.locale.texts),
      });
    case 'unchanged':
      return reply(ctx, deps, team.unchanged(name, role));
    case 'last-admin':
      return reply(ctx, deps, team.lastAdmin(name));
  }
}

/** `/remove 500000101`, or `/remove` as a reply to somebody's message. What they hold is handed over. */
export async function remove(
  ctx: BotContext,
  deps: BotDeps,
  { words, person }: Readonly<{ words: readonly string[]; person: Person }>,
): Promise<unknown> {
  const { team } = deps.locale.texts;
  if (!can(person.role, 'manage-people')) return reply(ctx, deps, team.adminsOnly);
  const { read, others } = parseWords(words, { ids: numberOf });
  const [id, secondId] = read.ids;
  if (secondId !== undefined || others.length > 0) return reply(ctx, deps, team.removeUsage);
  const target = id === undefined ? await authorReplied(ctx, deps) : await personStore.findByTelegramId(deps.db, id);
  if (target === 'not-a-person') return reply(ctx, deps, team.notAPerson);
  if (!target) return reply(ctx, deps, id === undefined ? team.removeUsage : team.unknownId(id));
  const { telegramId } = target;
  const name = isolated(target.firstName);
  if (deps.adminIds.includes(telegramId)) return reply(ctx, deps, team.isAdmin(name));
  const outcome = await removePerson(deps.db, { telegramId, by: person.id, namedAdmins: deps.adminIds }, deps.now());
  if (outcome.kind !== 'removed')
    return reply(ctx, deps, outcome.kind === 'last-admin' ? team.lastAdmin(name) : team.wasRemoved(name));
  await deps.pairing.peopleChanged();
  const place = deps.places.routing().defaults[0] ?? placeOfUpdate(ctx);
  const left = place && (await leaveDuty(deps.db, { personId: target.id, place, team: teamOf(deps) }, deps.now()));
  if (left?.ok) deps.wake.signal('deliveries');
  const keyboard = undoKeyboard(outcome.changeId, deps.locale.texts);
  return reply(ctx, deps, lines([team.removed(name), team.before(outcome.before)]), { keyboard });
}

/** Who wrote the message that the command replies to. In a topic, a message that replies to none replies to its first. */
async function authorReplied(ctx: BotContext, deps: BotDeps): Promise<Person | 'not-a-person' | undefined> {
  const replied = ctx.message?.reply_to_message;
  if (!replied?.from || replied.forum_topic_created) return undefined;
  const { from, sender_chat } = replied;
  if (from.is_bot || sender_chat) return 'not-a-person';
  const identity = { telegramId: from.id, ...nameOf(from), username: from.username ?? null };
  return personStore.upsert(deps.db, identity, deps.now());
}
