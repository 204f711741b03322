import { isIP } from 'node:net';

/**
 * The URL, if Telegram accepts it for a button or link: http(s), and a host with a dot or an address.
 * For any other host it rejects the whole message (button) or silently drops the link (text).
 */
export function acceptableUrl(url: string | null): string | undefined {
  if (url === null || url.length > 2_000) return undefined;
  const parsed = URL.parse(url);
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol)) return undefined;
  const host = parsed.hostname.replace(/^\[|\]$/g, '');
  const isName = /^[^.]+(\.[^.]+)+$/.test(host);
  return isName || isIP(host) ? parsed.href : undefined;
}

/** Opens a message in a supergroup, for its members; other chats have no such links. */
export function messageLink({
  chatId,
  threadId,
  messageId,
}: Readonly<{ chatId: number; threadId: number | null; messageId: number }>): string | undefined {
  const [, inner] = /^-100(\d+)$/.exec(String(chatId)) ?? [];
  if (inner === undefined) return undefined;
  return ['https://t.me/c', inner, ...(threadId === null ? [] : [threadId]), messageId].join('/');
}

type Linkable = Parameters<typeof messageLink>[0] & Readonly<{ incidenceId: number }>;

/** The newest card of an incidence that a tap can open: in this chat, else wherever there is one. */
export function newestLink(
  id: number,
  { cards, here }: Readonly<{ cards: readonly Linkable[]; here: number | undefined }>,
): string | undefined {
  const own = cards.filter(({ incidenceId }) => incidenceId === id);
  return [...own.filter(({ chatId }) => chatId !== here), ...own.filter(({ chatId }) => chatId === here)]
    .map(messageLink)
    .filter((link) => link !== undefined)
    .at(-1);
}
