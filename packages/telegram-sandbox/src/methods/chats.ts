import { badRequest } from '../bot-api-error.ts';
import { FULL_RIGHTS, type Person, type Sender } from '../message.ts';
import { flagOf, integerOf, stringOf } from '../parameters.ts';
import { chatJson, memberJson, messageJson } from '../render.ts';
import type { Method, Telegram } from '../telegram.ts';
import { botSender, isAdmin, isPresent } from '../world.ts';
import { changeMembership } from '../membership.ts';
import { chatOf, checkThread, writableChatOf } from './target.ts';

const ACTIONS = new Set([
  'typing',
  'upload_photo',
  'record_video',
  'upload_video',
  'record_voice',
  'upload_voice',
  'upload_document',
  'choose_sticker',
  'find_location',
  'record_video_note',
  'upload_video_note',
]);

export const getChat: Method = (telegram, parameters) => {
  const chat = chatOf(telegram, parameters);
  const pinned = chat.messages.get(chat.pinned.at(-1) ?? 0);
  const { can_manage_topics, can_pin_messages, can_invite_users, can_change_info } = FULL_RIGHTS;
  const permissions = {
    can_send_messages: true,
    can_send_documents: true,
    can_send_photos: true,
    can_manage_topics,
    can_pin_messages,
    can_invite_users,
    can_change_info,
  };
  return {
    ...chatJson(telegram.world, chat),
    accent_color_id: 0,
    max_reaction_count: 11,
    accepted_gift_types: {},
    ...(chat.type === 'private' ? {} : { permissions }),
    ...(pinned ? { pinned_message: messageJson(telegram.world, pinned) } : {}),
  };
};

export const getChatMember: Method = (telegram, parameters) => {
  const chat = chatOf(telegram, parameters);
  const user = userOf(telegram, integerOf(parameters, 'user_id') ?? 0);
  if (!user) throw badRequest('user not found');
  const member = chat.members.get(user.id);
  if (!member && chat.type === 'group') throw badRequest('member not found');
  return memberJson(user, member ?? { status: 'left' });
};

export const getChatAdministrators: Method = (telegram, parameters) => {
  const chat = chatOf(telegram, parameters);
  if (chat.type === 'private') throw badRequest('there are no administrators in the private chat');
  const withBots = flagOf(parameters, 'return_bots');
  return [...chat.members].flatMap(([id, member]) => {
    const user = userOf(telegram, id);
    const isWanted = user !== undefined && isAdmin(member) && (withBots || id !== telegram.world.bot.id);
    return isWanted ? [memberJson(user, member)] : [];
  });
};

export const getChatMemberCount: Method = (telegram, parameters) =>
  [...chatOf(telegram, parameters).members.values()].filter(isPresent).length;

export const sendChatAction: Method = (telegram, parameters) => {
  const chat = writableChatOf(telegram, parameters);
  const thread = integerOf(parameters, 'message_thread_id');
  if (thread) checkThread(chat, thread);
  if (!ACTIONS.has(stringOf(parameters, 'action') ?? '')) throw badRequest('wrong parameter action in request');
  return true;
};

export const leaveChat: Method = (telegram, parameters) => {
  const chat = chatOf(telegram, parameters);
  if (chat.type === 'private') throw badRequest("chat member status can't be changed in private chats");
  changeMembership(telegram, chat, telegram.world.bot.id, { status: 'left' }, botSender(telegram.world));
  return true;
};

function userOf({ world }: Telegram, id: number): Person | Sender | undefined {
  return id === world.bot.id ? botSender(world) : world.people.get(id);
}
