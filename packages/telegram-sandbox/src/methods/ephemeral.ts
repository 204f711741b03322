import { badRequest } from '../bot-api-error.ts';
import type { Chat, Message } from '../message.ts';
import { integerOf, objectOf, type Parameters, stringOf } from '../parameters.ts';
import type { Telegram } from '../telegram.ts';
import { botMember, isAdmin } from '../world.ts';

/** How long after a press, or after somebody's ephemeral message, a bot may answer it with one. */
const ANSWERABLE_MS = 15_000;

/** The only person who sees the message, if it is ephemeral. An admin bot may send one at any time. */
export function ephemeralOf(telegram: Telegram, chat: Chat, parameters: Parameters): number | undefined {
  const requested = objectOf(parameters, 'ephemeral_message_parameters');
  const repliedTo = repliedEphemeralOf(telegram, chat, parameters);
  if (!requested) {
    if (repliedTo) throw badRequest('a reply to an ephemeral message must be an ephemeral message');
    return undefined;
  }
  if (chat.type === 'private') throw badRequest("ephemeral messages can't be sent to private chats");
  const values = { values: requested, uploads: parameters.uploads };
  const receiver = integerOf(values, 'receiver_user_id');
  if (receiver === undefined || !telegram.world.people.has(receiver)) throw badRequest('invalid user_id specified');
  if (repliedTo && repliedTo.from.id !== receiver) throw badRequest('message to be replied not found');
  if (repliedTo || isAdmin(botMember(telegram.world, chat))) return receiver;
  const press = telegram.callbacks.find(stringOf(values, 'callback_query_id') ?? '');
  const isTheirs = press?.by === receiver && press.chatId === chat.id;
  if (!press || !isTheirs || telegram.world.clock.now() - press.at > ANSWERABLE_MS) {
    throw badRequest('not enough rights to send ephemeral messages to the chat');
  }
  return receiver;
}

/** The ephemeral message of a person that the call replies to. */
function repliedEphemeralOf(telegram: Telegram, chat: Chat, parameters: Parameters): Message | undefined {
  const reply = objectOf(parameters, 'reply_parameters');
  const id = reply && integerOf({ values: reply, uploads: parameters.uploads }, 'ephemeral_message_id');
  if (!id) return undefined;
  const message = chat.messages.get(id);
  const isIncoming = message?.ephemeralFor !== undefined && message.from.id === message.ephemeralFor;
  if (!message || !isIncoming || telegram.world.clock.now() - message.date * 1000 > ANSWERABLE_MS) {
    throw badRequest('message to be replied not found');
  }
  return message;
}
