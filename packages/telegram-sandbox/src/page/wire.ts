import type { CallRecord } from '../calls.ts';
import type { Sandbox } from '../control.ts';
import type { Button, Chat, Message, Person, StoredFile } from '../message.ts';
import type {
  WireButton,
  WireCall,
  WireChat,
  WireFile,
  WireMessage,
  WirePerson,
  WireConditions,
} from '../browser/protocol.ts';
import { serviceText } from './service-text.ts';
import { roleOf } from './role.ts';

/** What people are called beside their names, by user id. */
export type Roles = ReadonlyMap<number, string>;

const SNIPPET = 120;
const MAX_PARAMS_LENGTH = 3000;

export function wirePerson(person: Person, sandbox: Sandbox, roles: Roles): WirePerson {
  const { id, first_name: firstName, username } = person;
  const role = roles.get(id) ?? roleOf(id, sandbox);
  return { id, name: fullName(person), firstName, ...(username ? { username } : {}), role };
}

export function wireChat(chat: Chat, bot: Sandbox['bot']): WireChat {
  return {
    id: chat.id,
    type: chat.type,
    title: chat.title ?? bot.first_name,
    forum: chat.forum,
    generalClosed: chat.generalClosed,
    topics: [...chat.topics.values()].map(({ threadId, name, closed }) => ({ threadId, name, closed })),
    present: [...chat.members]
      .filter(([id, { status }]) => id !== bot.id && status !== 'left' && status !== 'kicked')
      .map(([id]) => id),
    writable: chat.migratedTo === undefined,
  };
}

export function wireMessage(message: Message, sandbox: Sandbox): WireMessage {
  const { chatId, message_id: id, threadId, date, from, text, entities, replyTo, ephemeralFor } = message;
  const replied = replyTo === undefined ? undefined : sandbox.message(chatId, replyTo);
  const asChat = message.senderChatId === undefined ? undefined : chatTitle(message.senderChatId, sandbox);
  const markup = message.reply_markup;
  const rich = message.rich?.['html'] ?? message.rich?.['markdown'];
  return {
    chatId,
    id,
    ...(threadId === undefined ? {} : { threadId }),
    date,
    edited: message.edit_date !== undefined,
    fromId: from.id,
    fromName: asChat ?? fullName(from),
    isBot: from.id === sandbox.bot.id,
    ...(text === undefined ? {} : { text }),
    ...(entities?.length ? { entities } : {}),
    ...(message.document ? { document: wireFile(message.document) } : {}),
    ...(message.photo ? { photo: wireFile(message.photo) } : {}),
    ...(message.rich ? { rich: typeof rich === 'string' ? rich : JSON.stringify(message.rich) } : {}),
    ...(message.service ? { service: serviceText(message.service, from) } : {}),
    ...(markup?.inline_keyboard ? { keyboard: markup.inline_keyboard.map((row) => row.map(wireButton)) } : {}),
    ...(markup?.force_reply ? { forceReply: wireForceReply(markup) } : {}),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(replied ? { reply: { id: replied.message_id, name: fullName(replied.from), text: snippet(replied) } } : {}),
    reactions: message.reactions,
    ...(ephemeralFor === undefined ? {} : { ephemeralFor }),
  };
}

export function wireCall({ id, method, at, ok, error_code, description, fault, params }: CallRecord): WireCall {
  return {
    id,
    method,
    at,
    ok,
    ...(error_code === undefined ? {} : { code: error_code }),
    ...(description === undefined ? {} : { description }),
    ...(fault === undefined ? {} : { fault }),
    ...numbered('chatId', params['chat_id']),
    ...numbered('threadId', params['message_thread_id']),
    params: JSON.stringify(params, null, 1).slice(0, MAX_PARAMS_LENGTH),
  };
}

export function wireConditions(sandbox: Sandbox): WireConditions {
  const finite = (value: number) => (Number.isFinite(value) ? value : null);
  return {
    flood: sandbox.flood,
    faults: sandbox.faults
      .list()
      .map(({ id, kind, remaining, until }) => ({ id, kind, remaining: finite(remaining), until: finite(until) })),
    ahead: Math.round((sandbox.clock.now() - Date.now()) / 1000),
  };
}

function wireFile({
  file_id: id,
  file_name: name,
  mime_type: mime,
  file_size: size,
  width,
  height,
}: StoredFile): WireFile {
  return { id, name, mime, size, ...(width ? { width } : {}), ...(height ? { height } : {}) };
}

function wireButton(button: Button): WireButton {
  const { text, url, style, login_url, web_app } = button;
  const link = [url, Reflect.get(Object(login_url), 'url'), Reflect.get(Object(web_app), 'url')].find(isText);
  return { text, kind: kindOf(button, link), ...(link ? { url: link } : {}), ...(isText(style) ? { style } : {}) };
}

function kindOf(button: Button, link: string | undefined): WireButton['kind'] {
  if ('disabled' in button) return 'disabled';
  if (link) return 'url';
  if (isText(button['callback_data'])) return 'callback';
  return button['copy_text'] ? 'copy' : 'other';
}

function wireForceReply(markup: Record<string, unknown>): NonNullable<WireMessage['forceReply']> {
  const placeholder = markup['input_field_placeholder'];
  return { selective: markup['selective'] === true, ...(isText(placeholder) ? { placeholder } : {}) };
}

function snippet({ text, document, photo }: Message): string {
  if (text) return text.slice(0, SNIPPET);
  return document?.file_name ?? (photo ? 'Photo' : 'Message');
}

/** Forms send numbers as text. */
function numbered<Name extends string>(name: Name, value: unknown): Partial<Record<Name, number>> {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? ({ [name]: number } as Record<Name, number>) : {};
}

function chatTitle(id: number, sandbox: Sandbox): string | undefined {
  return sandbox.chats().find((chat) => chat.id === id)?.title;
}

function fullName({ first_name, last_name }: Person): string {
  return last_name ? `${first_name} ${last_name}` : first_name;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
