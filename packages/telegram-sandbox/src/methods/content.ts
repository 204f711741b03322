import { badRequest } from '../bot-api-error.ts';
import { checkEntities } from '../check-entities.ts';
import { codePoints } from '../code-points.ts';
import { checkMarkup } from '../keyboard.ts';
import type { Chat, Content, ReplyMarkup } from '../message.ts';
import { isObject, listOf, objectOf, type Parameters, stringOf, type Upload } from '../parameters.ts';
import type { Telegram } from '../telegram.ts';
import { type FormattedText, formatText } from '../text.ts';

const TEXT_LIMIT = { longest: 4096, tooLong: 'message is too long', mayBeEmpty: false };
const CAPTION_LIMIT = { longest: 1024, tooLong: 'message caption is too long', mayBeEmpty: true };
const MAX_RICH_LENGTH = 32_768;

export function textOf(parameters: Parameters): FormattedText {
  const text = stringOf(parameters, 'text');
  if (!text) throw badRequest('message text is empty');
  const parseMode = stringOf(parameters, 'parse_mode');
  const entities = parseMode ? undefined : checkEntities(listOf(parameters, 'entities'), text);
  return formatText({ text, parseMode, entities }, TEXT_LIMIT);
}

/** A caption is optional; the empty one is none. */
export function captionOf(parameters: Parameters): FormattedText | undefined {
  const text = stringOf(parameters, 'caption');
  if (!text) return undefined;
  const parseMode = stringOf(parameters, 'parse_mode');
  const entities = parseMode ? undefined : checkEntities(listOf(parameters, 'caption_entities'), text);
  const caption = formatText({ text, parseMode, entities }, CAPTION_LIMIT);
  return caption.text === '' ? undefined : caption;
}

export function markupOf(chat: Chat, parameters: Parameters): ReplyMarkup | undefined {
  return checkMarkup(objectOf(parameters, 'reply_markup'), chat.type === 'private');
}

/** Kept as sent: what is in it is not parsed. */
export function richOf(parameters: Parameters): Record<string, unknown> | undefined {
  const rich = objectOf(parameters, 'rich_message');
  if (!rich) return undefined;
  const forms = ['blocks', 'html', 'markdown'].filter((form) => rich[form] !== undefined);
  if (forms.length !== 1)
    throw badRequest('exactly one of blocks, html and markdown must be specified in the rich message');
  const written = rich[forms[0] ?? ''];
  if (typeof written === 'string' && codePoints(written) > MAX_RICH_LENGTH) throw badRequest('message is too long');
  return rich;
}

/** An upload under the parameter's own name, one attached elsewhere in the form, or a file_id. */
export function fileOf(parameters: Parameters, value: unknown): Upload | string {
  if (typeof value === 'string') {
    if (!value.startsWith('attach://')) return value;
    const attached = parameters.uploads.get(value.slice('attach://'.length));
    if (!attached) throw badRequest('wrong file identifier/HTTP URL specified');
    return attached;
  }
  if (isUpload(value)) return value;
  throw badRequest('there is no file in the request');
}

function isUpload(value: unknown): value is Upload {
  return isObject(value) && Buffer.isBuffer(value['bytes']);
}

/** One item of a media group, or the new media of an edit. */
export function mediaOf({ files }: Telegram, parameters: Parameters, item: unknown): Content {
  if (!isObject(item)) throw badRequest("can't parse InputMedia: expected an Object");
  const { type, media, caption, parse_mode, caption_entities } = item;
  const values = { caption, parse_mode, caption_entities };
  const formatted = captionOf({ values, uploads: parameters.uploads });
  const file = fileOf(parameters, media);
  if (type === 'document') return { ...formatted, document: files.acceptDocument(file) };
  if (type === 'photo') return { ...formatted, photo: files.acceptPhoto(file) };
  throw badRequest(`can't parse InputMedia: type "${String(type)}" is unsupported`);
}
