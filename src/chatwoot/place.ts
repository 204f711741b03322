import type { SeverityRules } from '../sources/severity-rules.ts';

/** The team's Chatwoot, as far as it is configured. `baseUrl` is an http(s) address without a path. */
export type ChatwootPlace = Readonly<{ baseUrl?: string | undefined; accountId?: string | undefined }>;

/** What a translation needs beside the event itself. */
export type Reading = Readonly<{ rawBody: Buffer; place: ChatwootPlace; rules: SeverityRules }>;

/** A person's link to a conversation; undefined when the address or the account is not known. */
export function conversationUrl(place: ChatwootPlace, account: string, id: string): string | undefined {
  if (!place.baseUrl || !account) return undefined;
  const base = place.baseUrl.replace(/\/+$/, '');
  return `${base}/app/accounts/${encodeURIComponent(account)}/conversations/${encodeURIComponent(id)}`;
}

/** Before 4.14.2 conversation bodies have no account; their last message does. */
export function accountOf(ids: readonly (string | undefined)[], place: ChatwootPlace): string {
  return ids.find((id) => id !== undefined) ?? place.accountId ?? '';
}
