import { badRequest } from '../bot-api-error.ts';
import type { Chat, Content, Message } from '../message.ts';
import { integerOf, objectOf, type Parameters, stringOf } from '../parameters.ts';
import { messageJson } from '../render.ts';
import type { Method, Telegram } from '../telegram.ts';
import { removeMessage } from '../timeline.ts';
import { seconds } from '../world.ts';
import { captionOf, markupOf, mediaOf, richOf, textOf } from './content.ts';
import { chatOf, isGroup, messageOf } from './target.ts';

const KEPT_VERSIONS = 200;
const NOT_MODIFIED =
  'message is not modified: specified new message content and reply markup are exactly the same ' +
  'as a current content and reply markup of the message';

export const editMessageText: Method = (telegram, parameters) =>
  edit(telegram, 'editMessageText', parameters, (message) => {
    if (isMedia(message)) throw badRequest('there is no text in the message to edit');
    const rich = richOf(parameters);
    const linkPreview = objectOf(parameters, 'link_preview_options');
    return { ...(rich ? { rich } : textOf(parameters)), ...(linkPreview ? { linkPreview } : {}) };
  });

export const editMessageCaption: Method = (telegram, parameters) =>
  edit(telegram, 'editMessageCaption', parameters, (message) => {
    if (!isMedia(message)) throw badRequest('there is no caption in the message to edit');
    return { ...mediaPart(message), ...captionOf(parameters) };
  });

export const editMessageMedia: Method = (telegram, parameters) =>
  edit(telegram, 'editMessageMedia', parameters, (message) => {
    if (!isMedia(message)) throw badRequest("message can't be edited");
    return mediaOf(telegram, parameters, objectOf(parameters, 'media'));
  });

export const editMessageReplyMarkup: Method = (telegram, parameters) =>
  edit(telegram, 'editMessageReplyMarkup', parameters, (message) => {
    const content = contentOf(message);
    delete content.reply_markup;
    return content;
  });

export const editEphemeralMessageText: Method = (telegram, parameters) => {
  const { chat, message } = ephemeral(telegram, parameters, 'message to edit not found');
  const rich = richOf(parameters);
  replaceContent(telegram, message, withMarkup(rich ? { rich } : textOf(parameters), chat, parameters));
  return true;
};

export const deleteEphemeralMessage: Method = (telegram, parameters) => {
  const { message } = ephemeral(telegram, parameters, 'message to delete not found');
  removeMessage(telegram.world, message);
  return true;
};

type NewContent = Content & { linkPreview?: Record<string, unknown> };

function edit(
  telegram: Telegram,
  method: string,
  parameters: Parameters,
  change: (message: Message) => NewContent,
): unknown {
  if (stringOf(parameters, 'inline_message_id')) throw badRequest('MESSAGE_ID_INVALID');
  if (parameters.values['chat_id'] === undefined) throw badRequest('message identifier is not specified');
  const chat = chatOf(telegram, parameters);
  const message = messageOf(chat, parameters, 'message to edit not found');
  if (!isEditable(telegram, message)) throw badRequest("message can't be edited");
  const content = withMarkup(change(message), chat, parameters);
  telegram.flood.spend(method, chat.id, isGroup(chat));
  if (isSame(message, content)) throw badRequest(NOT_MODIFIED);
  replaceContent(telegram, message, content);
  return messageJson(telegram.world, message);
}

/** Bots edit only their own messages, and none with a reply keyboard or a forced reply. */
function isEditable(telegram: Telegram, message: Message): boolean {
  const isOwn = message.from.id === telegram.world.bot.id && !message.service && !message.forwardedFrom;
  return isOwn && (message.reply_markup === undefined || message.reply_markup.inline_keyboard !== undefined);
}

/** An edit without reply_markup removes the keyboard. */
function withMarkup(content: NewContent, chat: Chat, parameters: Parameters): NewContent {
  const reply_markup = markupOf(chat, parameters);
  if (reply_markup && !reply_markup.inline_keyboard) throw badRequest('inline keyboard expected');
  return reply_markup ? { ...content, reply_markup } : content;
}

function isSame(message: Message, next: NewContent): boolean {
  const comparable = ({ text, entities, document, photo, rich, reply_markup }: Content) =>
    JSON.stringify([
      text ?? '',
      entities ?? [],
      document?.file_id,
      photo?.file_id,
      rich,
      reply_markup?.inline_keyboard,
    ]);
  const samePreview =
    JSON.stringify(message.linkPreview ?? {}) === JSON.stringify(next.linkPreview ?? message.linkPreview ?? {});
  return samePreview && comparable(message) === comparable(next);
}

function replaceContent(telegram: Telegram, message: Message, content: NewContent): void {
  rememberVersion(message);
  for (const key of ['text', 'entities', 'html', 'document', 'photo', 'rich', 'reply_markup'] as const)
    delete message[key];
  Object.assign(message, content);
  message.edit_date = seconds(telegram.world);
}

/** Adds the present content to the message's earlier versions. */
export function rememberVersion(message: Message): void {
  message.edits.push({ ...contentOf(message), date: message.edit_date ?? message.date });
  if (message.edits.length > KEPT_VERSIONS) message.edits.shift();
}

function contentOf({ text, entities, html, document, photo, rich, reply_markup }: Content): Content {
  return {
    ...(text === undefined ? {} : { text }),
    ...(entities === undefined ? {} : { entities }),
    ...(html === undefined ? {} : { html }),
    ...mediaPart({ ...(document ? { document } : {}), ...(photo ? { photo } : {}) }),
    ...(rich === undefined ? {} : { rich }),
    ...(reply_markup === undefined ? {} : { reply_markup }),
  };
}

function mediaPart({ document, photo }: Content): Content {
  return { ...(document ? { document } : {}), ...(photo ? { photo } : {}) };
}

function isMedia(message: Message): boolean {
  return message.document !== undefined || message.photo !== undefined;
}

function ephemeral(telegram: Telegram, parameters: Parameters, missing: string): { chat: Chat; message: Message } {
  const chat = chatOf(telegram, parameters);
  const message = chat.messages.get(integerOf(parameters, 'ephemeral_message_id') ?? 0);
  const isTheirs =
    message?.ephemeralFor !== undefined && message.ephemeralFor === integerOf(parameters, 'receiver_user_id');
  if (!message || !isTheirs) throw badRequest(missing);
  return { chat, message };
}
