import type { MethodName } from '../method-table.ts';
import type { Method } from '../telegram.ts';
import { answerCallbackQuery, answerInlineQuery } from './callbacks.ts';
import * as bot from './bot.ts';
import * as chats from './chats.ts';
import * as editing from './editing.ts';
import * as keeping from './messages.ts';
import * as polling from './updates.ts';
import * as sending from './sending.ts';
import * as topics from './topics.ts';

export const METHODS: Record<MethodName, Method> = {
  answerCallbackQuery,
  answerInlineQuery,
  close: bot.close,
  closeForumTopic: topics.closeForumTopic,
  copyMessage: sending.copyMessage,
  createForumTopic: topics.createForumTopic,
  deleteEphemeralMessage: editing.deleteEphemeralMessage,
  deleteMessage: keeping.deleteMessage,
  deleteMessages: keeping.deleteMessages,
  deleteMyCommands: bot.deleteMyCommands,
  deleteWebhook: polling.deleteWebhook,
  editEphemeralMessageText: editing.editEphemeralMessageText,
  editForumTopic: topics.editForumTopic,
  editMessageCaption: editing.editMessageCaption,
  editMessageMedia: editing.editMessageMedia,
  editMessageReplyMarkup: editing.editMessageReplyMarkup,
  editMessageText: editing.editMessageText,
  forwardMessage: sending.forwardMessage,
  getChat: chats.getChat,
  getChatAdministrators: chats.getChatAdministrators,
  getChatMember: chats.getChatMember,
  getChatMemberCount: chats.getChatMemberCount,
  getFile: keeping.getFile,
  getMe: bot.getMe,
  getMyCommands: bot.getMyCommands,
  getUpdates: polling.getUpdates,
  getWebhookInfo: polling.getWebhookInfo,
  leaveChat: chats.leaveChat,
  logOut: bot.logOut,
  pinChatMessage: keeping.pinChatMessage,
  reopenForumTopic: topics.reopenForumTopic,
  sendChatAction: chats.sendChatAction,
  sendDocument: sending.sendDocument,
  sendMediaGroup: sending.sendMediaGroup,
  sendMessage: sending.sendMessage,
  sendPhoto: sending.sendPhoto,
  sendRichMessage: sending.sendRichMessage,
  setChatMenuButton: bot.setChatMenuButton,
  setMessageReaction: keeping.setMessageReaction,
  setMyCommands: bot.setMyCommands,
  setMyDescription: bot.setMyDescription,
  setMyShortDescription: bot.setMyShortDescription,
  setWebhook: polling.setWebhook,
  unpinChatMessage: keeping.unpinChatMessage,
};

/** Sends and edits: they share a chat's budget. */
export const LIMITED: ReadonlySet<MethodName> = new Set<MethodName>([
  'sendMessage',
  'sendDocument',
  'sendPhoto',
  'sendMediaGroup',
  'sendRichMessage',
  'copyMessage',
  'forwardMessage',
  'createForumTopic',
  'editMessageText',
  'editMessageCaption',
  'editMessageMedia',
  'editMessageReplyMarkup',
]);
