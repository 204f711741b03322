import type { FullState, WireCall, WireMessage, WireSample } from '../browser/protocol.ts';
import type { CallRecord, Message, Sandbox } from '../sandbox.ts';
import { wireCall, wireChat, wireMessage, wirePerson, wireWeather } from './wire.ts';

/** Of each chat or topic; older ones come on demand. */
export const LAST_MESSAGES = 200;
const LAST_CALLS = 200;

/** What a page is told when it opens. */
export function fullState(sandbox: Sandbox, samples: WireSample[]): FullState {
  const views = Map.groupBy(
    sandbox.chats().flatMap((chat) => [...chat.messages.values()]),
    viewKey,
  );
  return {
    bot: { id: sandbox.bot.id, name: sandbox.bot.first_name, username: sandbox.bot.username },
    people: sandbox.people().map((person) => wirePerson(person, sandbox)),
    chats: sandbox.chats().map((chat) => wireChat(chat, sandbox.bot)),
    messages: [...views.values()].flatMap((view) =>
      view.slice(-LAST_MESSAGES).map((message) => wireMessage(message, sandbox)),
    ),
    olderIn: [...views].filter(([, view]) => view.length > LAST_MESSAGES).map(([key]) => key),
    calls: lastCalls(sandbox, 0),
    refusals: sandbox.refusals.length,
    weather: wireWeather(sandbox),
    samples,
  };
}

export function olderMessages(
  sandbox: Sandbox,
  view: { chatId: number; threadId?: number | undefined; before: number; limit: number },
): { messages: WireMessage[]; more: boolean } {
  const older = sandbox
    .messages(view.chatId)
    .filter((message) => message.threadId === view.threadId && message.message_id < view.before);
  const last = older.slice(-view.limit);
  return { messages: last.map((message) => wireMessage(message, sandbox)), more: older.length > last.length };
}

/** A bot asks for updates all day; that is worth showing only when it is refused. */
export function lastCalls(sandbox: Sandbox, after: number): WireCall[] {
  const recent: CallRecord[] = [];
  for (let at = sandbox.calls.length - 1; at >= 0 && recent.length < LAST_CALLS; at -= 1) {
    const call = sandbox.calls[at];
    if (!call || call.id <= after) break;
    if (!call.ok || call.method !== 'getUpdates') recent.push(call);
  }
  return recent.toReversed().map(wireCall);
}

/** A chat, or one topic of it. */
export function viewKey({ chatId, threadId }: Message): string {
  return `${chatId}:${threadId ?? 0}`;
}
