import { badRequest } from './bot-api-error.ts';
import { codePoints } from './code-points.ts';
import { checkLink } from './links.ts';
import type { Button, ReplyMarkup } from './message.ts';
import { asText, isObject } from './parameters.ts';

const MAX_BUTTONS_IN_ROW = 8;
const MAX_BUTTONS = 100;
const MAX_MARKUP_BYTES = 10_000;
const STYLES = new Set<unknown>(['danger', 'success', 'primary']);

/** A reply_markup as Telegram takes it, or its refusal. Empty inline keyboards are none. */
export function checkMarkup(markup: Record<string, unknown> | undefined, inPrivate: boolean): ReplyMarkup | undefined {
  if (markup === undefined) return undefined;
  if (!('inline_keyboard' in markup)) return checkOtherMarkup(markup);
  if (!Array.isArray(markup['inline_keyboard'])) {
    throw badRequest('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays');
  }
  const rows: Button[][] = [];
  for (const row of markup['inline_keyboard']) {
    if (!Array.isArray(row))
      throw badRequest('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays');
    if (row.length > 0) rows.push(row.map((button: unknown) => checkButton(button, inPrivate)));
  }
  if (rows.length === 0) return undefined;
  const isTooBig = rows.some((row) => row.length > MAX_BUTTONS_IN_ROW) || rows.flat().length > MAX_BUTTONS;
  const checked = { ...markup, inline_keyboard: rows };
  if (isTooBig || Buffer.byteLength(JSON.stringify(checked)) > MAX_MARKUP_BYTES)
    throw badRequest('reply markup is too long');
  return checked;
}

function checkOtherMarkup(markup: Record<string, unknown>): ReplyMarkup | undefined {
  if (Object.keys(markup).length === 0) return undefined;
  if ('keyboard' in markup && !Array.isArray(markup['keyboard'])) {
    throw badRequest('field "keyboard" of the ReplyKeyboardMarkup must be an Array of Arrays');
  }
  if (!['keyboard', 'remove_keyboard', 'force_reply'].some((kind) => kind in markup)) return undefined;
  return markup;
}

function checkButton(button: unknown, inPrivate: boolean): Button {
  if (!isObject(button)) throw badRequest("can't parse inline keyboard button: InlineKeyboardButton must be an Object");
  const text = button['text'];
  if (typeof text !== 'string') throw badRequest('can\'t parse inline keyboard button: Can\'t find field "text"');
  if (text.trim() === '') throw badRequest('can\'t parse inline keyboard button: field "text" must be non-empty');
  if (button['style'] !== undefined && !STYLES.has(button['style'])) {
    throw badRequest("can't parse inline keyboard button: invalid button style specified");
  }
  checkAction(button, inPrivate);
  return { ...button, text };
}

function checkAction(button: Record<string, unknown>, inPrivate: boolean): void {
  if (typeof button['url'] === 'string') {
    checkButtonUrl(button['url'], 'inline keyboard button URL');
  } else if (typeof button['callback_data'] === 'string' && button['callback_data'] !== '') {
    const size = Buffer.byteLength(button['callback_data']);
    if (size > 64) throw badRequest('BUTTON_DATA_INVALID');
  } else if (isObject(button['copy_text'])) {
    const copied = button['copy_text']['text'];
    const length = typeof copied === 'string' ? codePoints(copied) : 0;
    if (length < 1 || length > 256) throw badRequest('BUTTON_COPY_TEXT_INVALID');
  } else if (isObject(button['web_app'])) {
    if (!inPrivate) throw badRequest('BUTTON_TYPE_INVALID');
    checkWebApp(asText(button['web_app']['url']));
  } else if (isObject(button['login_url'])) {
    checkButtonUrl(asText(button['login_url']['url']), 'inline keyboard button login URL');
  } else if (!('disabled' in button) && !('pay' in button) && !('callback_game' in button) && !isInlineSwitch(button)) {
    throw badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard");
  }
}

function isInlineSwitch(button: Record<string, unknown>): boolean {
  return Object.keys(button).some((key) => key.startsWith('switch_inline_query'));
}

function checkButtonUrl(url: string, what: string): void {
  const link = checkLink(url);
  if (!link.ok) throw badRequest(`${what} '${url}' is invalid: ${link.reason}`);
}

function checkWebApp(url: string): void {
  const link = checkLink(url);
  const reason = link.ok ? 'Only HTTPS links are allowed' : link.reason;
  if (!link.ok || !link.url.startsWith('https:')) {
    throw badRequest(`inline keyboard button Web App URL '${url}' is invalid: ${reason}`);
  }
}
