import { badRequest } from './bot-api-error.ts';
import type { Entity } from './entities.ts';
import { checkLink } from './links.ts';
import { asText, isObject } from './parameters.ts';

/** Telegram detects these itself, and silently drops them when a bot sends them. */
const DETECTED = new Set([
  'mention',
  'hashtag',
  'cashtag',
  'bot_command',
  'url',
  'email',
  'phone_number',
  'bank_card_number',
]);
const PLAIN = new Set([
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'spoiler',
  'blockquote',
  'expandable_blockquote',
  'code',
]);
const DATE_FORMAT = /^(?:r|w?[dD]?[tT]?)$/;
const DATE_FLAGS: Record<string, number> = { r: 1, t: 2, T: 4, d: 8, D: 16, w: 32 };

/** The `entities` of a call, as the entities of a text; refused where Telegram refuses them. */
export function checkEntities(entities: unknown[] | undefined, text: string): Entity[] {
  return (entities ?? []).flatMap((entity) => {
    if (!isObject(entity)) throw badRequest("can't parse MessageEntity: expected an Object");
    const { type, offset, length } = entity;
    if (typeof type !== 'string') throw badRequest('can\'t parse MessageEntity: Can\'t find field "type"');
    if (!Number.isSafeInteger(offset)) throw badRequest('can\'t parse MessageEntity: Can\'t find field "offset"');
    if (!Number.isSafeInteger(length)) throw badRequest('can\'t parse MessageEntity: Can\'t find field "length"');
    const range = clip(Number(offset), Number(length), text);
    return DETECTED.has(type) || range.length <= 0 ? [] : special(type, entity, range);
  });
}

function clip(offset: number, length: number, text: string): { offset: number; length: number } {
  if (offset < 0 || length < 0) throw badRequest('entity has invalid offset or length');
  if (splitsPair(text, offset))
    throw badRequest(`entity beginning at UTF-16 offset ${offset} starts in a middle of a UTF-16 symbol`);
  const last = Math.min(offset + length, text.length);
  if (splitsPair(text, last))
    throw badRequest(`entity beginning at UTF-16 offset ${offset} ends in a middle of a UTF-16 symbol`);
  return { offset, length: last - offset };
}

function splitsPair(text: string, offset: number): boolean {
  const unit = text.charCodeAt(offset);
  return offset > 0 && unit >= 0xdc_00 && unit <= 0xdf_ff;
}

function special(type: string, entity: Record<string, unknown>, range: { offset: number; length: number }): Entity[] {
  if (PLAIN.has(type)) return [{ type, ...range }];
  switch (type) {
    case 'pre':
      return [{ type, ...range, ...(typeof entity['language'] === 'string' ? { language: entity['language'] } : {}) }];
    case 'text_link': {
      const link = checkLink(asText(entity['url']));
      return link.ok ? [{ type, ...range, url: link.url }] : [];
    }
    case 'text_mention': {
      const id = isObject(entity['user']) ? Number(entity['user']['id']) : Number.NaN;
      if (!Number.isSafeInteger(id)) throw badRequest('can\'t parse MessageEntity: Can\'t find field "user"');
      return [{ type, ...range, user: { id } }];
    }
    case 'custom_emoji': {
      const id = asText(entity['custom_emoji_id']);
      if (!/^\d+$/.test(id)) throw badRequest('invalid custom emoji identifier specified');
      return [{ type, ...range, custom_emoji_id: id }];
    }
    case 'date_time': {
      const format = asText(entity['date_time_format']);
      if (!DATE_FORMAT.test(format)) throw badRequest('invalid date format used');
      const flags = format.split('').reduce((sum, letter) => sum + (DATE_FLAGS[letter] ?? 0), 0);
      return [{ type, ...range, unix_time: Number(entity['unix_time'] ?? 0), date_flags: flags }];
    }
    default:
      throw badRequest("can't parse MessageEntity: unsupported type specified");
  }
}
