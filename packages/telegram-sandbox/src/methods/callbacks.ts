import { badRequest } from '../bot-api-error.ts';
import { codePoints } from '../code-points.ts';
import { flagOf, stringOf } from '../parameters.ts';
import type { Method } from '../telegram.ts';

export const answerCallbackQuery: Method = ({ callbacks }, parameters) => {
  const text = stringOf(parameters, 'text');
  const url = stringOf(parameters, 'url');
  if (text !== undefined && codePoints(text) > 200) throw badRequest('MESSAGE_TOO_LONG');
  if (url && !/^(?:https:\/\/t\.me\/|tg:)/i.test(url)) throw badRequest('URL_INVALID');
  callbacks.answer(stringOf(parameters, 'callback_query_id') ?? '', {
    ...(text ? { text } : {}),
    show_alert: flagOf(parameters, 'show_alert'),
    ...(url ? { url } : {}),
  });
  return true;
};

/** The sandbox has no inline mode, so every query is unknown. */
export const answerInlineQuery: Method = () => {
  throw badRequest('query is too old and response timeout expired or query ID is invalid');
};
