/** A chat in Telegram, or one forum topic of it. The General topic is addressed without a thread. */
export type ChatPlace = Readonly<{ chatId: number; threadId: number | null }>;

export function isSamePlace(one: ChatPlace, other: ChatPlace): boolean {
  return one.chatId === other.chatId && one.threadId === other.threadId;
}

/** The lane of a Telegram chat. Its topics share one flood budget, so they share the lane. */
export function laneOf(chatId: number): string {
  return `${lanePrefix}${chatId}`;
}

export function chatIdOf(lane: string): number {
  return Number(lane.slice(lanePrefix.length));
}

/** Telegram numbers groups, supergroups and channels below zero. */
export function isGroup(lane: string): boolean {
  return chatIdOf(lane) < 0;
}

/** For SQL; elsewhere `laneOf`. */
export const lanePrefix = 'telegram:';
