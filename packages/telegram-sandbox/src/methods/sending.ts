import { badRequest } from '../bot-api-error.ts';
import type { Chat, Content, Message } from '../message.ts';
import { listOf, objectOf, type Parameters, stringOf } from '../parameters.ts';
import { messageJson } from '../render.ts';
import type { Method, Telegram } from '../telegram.ts';
import { addMessage, type NewMessage } from '../timeline.ts';
import { botSender } from '../world.ts';
import { captionOf, fileOf, markupOf, mediaOf, richOf, textOf } from './content.ts';
import { ephemeralOf } from './ephemeral.ts';
import { chatOf, isGroup, messageOf, threadAndReplyOf, sendingOptions, writableChatOf } from './target.ts';

export const sendMessage: Method = (telegram, parameters) =>
  send(telegram, 'sendMessage', parameters, () => {
    const linkPreview = objectOf(parameters, 'link_preview_options');
    return { ...textOf(parameters), ...(linkPreview ? { linkPreview } : {}) };
  });

export const sendDocument: Method = (telegram, parameters) =>
  send(telegram, 'sendDocument', parameters, () => ({
    ...captionOf(parameters),
    document: telegram.files.acceptDocument(fileOf(parameters, parameters.values['document'])),
  }));

export const sendPhoto: Method = (telegram, parameters) =>
  send(telegram, 'sendPhoto', parameters, () => ({
    ...captionOf(parameters),
    photo: telegram.files.acceptPhoto(fileOf(parameters, parameters.values['photo'])),
  }));

export const sendRichMessage: Method = (telegram, parameters) =>
  send(telegram, 'sendRichMessage', parameters, () => {
    const rich = richOf(parameters);
    return rich ? { rich } : {};
  });

export const sendMediaGroup: Method = (telegram, parameters) => {
  const chat = writableChatOf(telegram, parameters);
  const place = threadAndReplyOf(telegram, chat, parameters);
  const items = listOf(parameters, 'media') ?? [];
  if (items.length < 1 || items.length > 10) throw badRequest('wrong number of messages to send as an album specified');
  const contents = items.map((item) => mediaOf(telegram, parameters, item));
  if (new Set(contents.map((content) => content.document !== undefined)).size > 1) {
    throw badRequest("document can't be mixed with other media types");
  }
  telegram.flood.spend('sendMediaGroup', chat.id, isGroup(chat), contents.length);
  const media_group_id = String(telegram.world.clock.now());
  const common = { from: botSender(telegram.world), ...place, ...sendingOptions(parameters), media_group_id };
  return contents.map((content) =>
    messageJson(telegram.world, addMessage(telegram.world, chat, { ...common, ...content })),
  );
};

export const copyMessage: Method = (telegram, parameters) => {
  const { message } = source(telegram, parameters, 'message to copy not found');
  const { text, entities, html, document, photo, rich } = message;
  const isMedia = document !== undefined || photo !== undefined;
  const caption = isMedia && stringOf(parameters, 'caption') !== undefined ? captionOf(parameters) : undefined;
  const content = withoutUndefined({ text, entities, html, document, photo, rich, ...caption });
  const copy = deliver(telegram, 'copyMessage', parameters, () => content);
  return { message_id: copy.message_id };
};

export const forwardMessage: Method = (telegram, parameters) => {
  const { message } = source(telegram, parameters, 'message to forward not found');
  if (message.service || message.protect) throw badRequest("the message can't be forwarded");
  const { text, entities, html, document, photo, rich } = message;
  const content = withoutUndefined({ text, entities, html, document, photo, rich });
  return send(telegram, 'forwardMessage', parameters, () => ({ ...content, forwardedFrom: message.from }));
};

function source(telegram: Telegram, parameters: Parameters, missing: string): { chat: Chat; message: Message } {
  const chat = chatOf(telegram, parameters, 'from_chat_id');
  return { chat, message: messageOf(chat, parameters, missing) };
}

function withoutUndefined(content: { [key in keyof Content]: Content[key] | undefined }): Content {
  return Object.fromEntries(Object.entries(content).filter(([, value]) => value !== undefined));
}

function send(
  telegram: Telegram,
  method: string,
  parameters: Parameters,
  content: () => Omit<NewMessage, 'from'>,
): unknown {
  return messageJson(telegram.world, deliver(telegram, method, parameters, content));
}

/** Everything is checked before the budget is charged and the message is stored. */
function deliver(
  telegram: Telegram,
  method: string,
  parameters: Parameters,
  content: () => Omit<NewMessage, 'from'>,
): Message {
  const chat = writableChatOf(telegram, parameters);
  const ephemeralFor = ephemeralOf(telegram, chat, parameters);
  const place = threadAndReplyOf(telegram, chat, parameters);
  const reply_markup = markupOf(chat, parameters);
  const message: NewMessage = {
    from: botSender(telegram.world),
    ...place,
    ...sendingOptions(parameters),
    ...(reply_markup ? { reply_markup } : {}),
    ...(ephemeralFor === undefined ? {} : { ephemeralFor }),
    ...content(),
  };
  telegram.flood.spend(method, chat.id, isGroup(chat));
  return addMessage(telegram.world, chat, message);
}
