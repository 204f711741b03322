import type { Clock } from './clock.ts';
import {
  type BotUser,
  type Chat,
  type ChatType,
  FULL_RIGHTS,
  type Member,
  type Message,
  type Person,
  type Sender,
} from './message.ts';

/** Everything there is in this Telegram: people, chats, messages. */
export type World = {
  bot: BotUser;
  clock: Clock;
  people: Map<number, Person>;
  chats: Map<number, Chat>;
  /** Private chats and basic groups share one numbering, supergroups have their own. */
  sharedMessageId: number;
  firstMessageId: number;
  /** All kept messages, oldest first, from `oldest` on. */
  timeline: Message[];
  oldest: number;
  keptMessages: number;
};

export type NewChat = {
  id?: number;
  type: ChatType;
  title?: string;
  username?: string;
  forum?: boolean;
  /** Names, or names with their thread ids. */
  topics?: (string | { name: string; threadId: number })[];
  /** Private chats only: whether the person has started the bot; true by default. */
  started?: boolean;
  /** Who is already there, without anything being announced. */
  owner?: number;
  admins?: number[];
  members?: number[];
  /** The bot is admin with all rights. */
  botIsAdmin?: boolean;
};

export function createWorld(
  bot: BotUser,
  clock: Clock,
  { firstMessageId = 1, keptMessages = 10_000 }: { firstMessageId?: number; keptMessages?: number },
): World {
  return {
    bot,
    clock,
    people: new Map(),
    chats: new Map(),
    sharedMessageId: firstMessageId - 1,
    firstMessageId,
    timeline: [],
    oldest: 0,
    keptMessages,
  };
}

export function addPerson(world: World, person: Omit<Person, 'id'> & { id?: number }): Person {
  const id = person.id ?? nextId(world.people, 500_000_001, 1);
  const added = { ...person, id };
  world.people.set(id, added);
  return added;
}

export function addChat(world: World, options: NewChat): Chat {
  const id = options.id ?? newChatId(world, options.type);
  const chat: Chat = {
    id,
    type: options.type,
    ...(options.type === 'private' ? {} : { title: options.title ?? `Chat ${id}` }),
    ...(options.username ? { username: options.username } : {}),
    forum: options.forum ?? (options.topics ?? []).length > 0,
    topics: new Map(),
    generalClosed: false,
    members: membersOf(world, id, options),
    messages: new Map(),
    lastMessageId: world.firstMessageId - 1,
    pinned: [],
    started: options.started ?? true,
    blocked: false,
  };
  world.chats.set(id, chat);
  return chat;
}

function membersOf(world: World, chatId: number, options: NewChat): Map<number, Member> {
  const { owner, admins = [], members = [], botIsAdmin = false } = options;
  const admin: Member = { status: 'administrator', rights: FULL_RIGHTS };
  const people = options.type === 'private' ? [chatId] : members;
  return new Map<number, Member>([
    [world.bot.id, botIsAdmin ? { ...admin } : { status: 'member' }],
    ...people.map((id): [number, Member] => [id, { status: 'member' }]),
    ...admins.map((id): [number, Member] => [id, { ...admin }]),
    ...(owner === undefined ? [] : [[owner, { status: 'creator' }] satisfies [number, Member]]),
  ]);
}

function newChatId(world: World, type: ChatType): number {
  if (type === 'private') return nextId(world.people, 500_000_001, 1);
  return type === 'group' ? nextId(world.chats, -4_000_000_001, -1) : nextId(world.chats, -1_002_000_000_001, -1);
}

function nextId(taken: Map<number, unknown>, first: number, step: number): number {
  let id = first;
  while (taken.has(id)) id += step;
  return id;
}

export function seconds(world: World): number {
  return Math.floor(world.clock.now() / 1000);
}

export function botSender(world: World): Sender {
  return { ...world.bot, is_bot: true };
}

export function botMember(world: World, chat: Chat): Member {
  return chat.members.get(world.bot.id) ?? { status: 'left' };
}

export function isPresent(member: Member | undefined): boolean {
  return member !== undefined && member.status !== 'left' && member.status !== 'kicked';
}

export function isAdmin(member: Member | undefined): boolean {
  return member?.status === 'creator' || member?.status === 'administrator';
}
