import type { Details, Translate, Translation } from '../sources/source-event.ts';
import { cleanId, cleanLine, cleanText } from '../sources/clean-text.ts';
import { contextFromAttributes, instantOf, listAttributes } from '../sources/attributes.ts';
import { type Alert, alertSchema } from './alert.ts';
import { type ChatwootPlace, conversationUrl } from './place.ts';
import { readBody } from './payload.ts';

/** A structured alert of the customer's own bot. Each is its own happening: a second one counts up. */
export function createTranslateAlert(place: ChatwootPlace): Translate {
  return ({ rawBody }) => {
    const body = readBody(rawBody);
    if (!body.ok) return { kind: 'drift', reason: body.problem };
    const alert = alertSchema.safeParse(body.value).data;
    const externalId = cleanId(String(alert?.conversation_id ?? ''));
    if (!alert || !externalId) return { kind: 'drift', reason: 'not an alert' };
    return translateAlert(alert, externalId, body.value, place);
  };
}

function translateAlert(alert: Alert, externalId: string, body: object, place: ChatwootPlace): Translation {
  const url = cleanLine(alert.chatwoot_url ?? '', 20_000);
  const link = url.length <= 2000 ? url : '';
  const account = /\/accounts\/(\d{1,20})(?:[/?#]|$)/.exec(link)?.[1] ?? place.accountId ?? '';
  return {
    kind: 'event',
    event: {
      subject: { source: 'alert', kind: 'conversation', account, externalId },
      change: { kind: 'alerted', severity: alert.severity, reason: cleanLine(alert.reason) },
      details: detailsOf(alert, body, link || conversationUrl(place, account, externalId)),
      at: instantOf(alert.timestamp),
      version: undefined,
      contentKey: undefined,
    },
  };
}

function detailsOf(alert: Alert, body: object, url: string | undefined): Details {
  const customerName = cleanLine(alert.customer_name ?? '');
  const customerEmail = cleanLine(alert.customer_email ?? '').toLowerCase();
  const message = cleanText(alert.message);
  return {
    ...contextOf(alert, body),
    ...(customerName && { customerName }),
    ...(customerEmail && { customerEmail }),
    ...(message && { message }),
    ...(url && { url }),
  };
}

/**
 * Everything of `additional_info`, then fields beside the contract's, is listed as it was sent, even what also
 * has a field of its own. Only an order id decides the stage: most alerts have nothing to do with orders.
 */
function contextOf(alert: Alert, body: object): Details {
  const beside = Object.entries(body).filter(([key]) => !Object.hasOwn(alertSchema.shape, key));
  const others = contextFromAttributes(Object.fromEntries(beside));
  const info = contextFromAttributes(alert.additional_info);
  const { stage, additionalInfo: _, ...context } = { ...others, ...info };
  const isOrdered = [stage, others.stage].includes('POST_ORDER');
  const asSent = listAttributes(alert.additional_info);
  const listed = { ...asSent, ...listAttributes(Object.fromEntries(beside)), ...asSent };
  const additionalInfo = Object.entries(listed).slice(0, 20);
  return {
    ...context,
    ...(isOrdered && { stage: 'POST_ORDER' }),
    ...(additionalInfo.length > 0 && { additionalInfo: Object.fromEntries(additionalInfo) }),
  };
}
