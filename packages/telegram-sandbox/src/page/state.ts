import type { FullState, WireCall, WireMessage, Welcome, WireSample, WireTab } from '../browser/protocol.ts';
import type { CallRecord } from '../calls.ts';
import type { Sandbox } from '../control.ts';
import type { Message } from '../message.ts';
import { type Roles, wireCall, wireChat, wireMessage, wirePerson, wireConditions } from './wire.ts';

/** What a page shows: the sandbox, and what its owner adds. */
export type PageContent = Readonly<{
  sandbox: Sandbox;
  roles: Roles;
  samples: WireSample[];
  samplesAbout?: string;
  welcome?: Welcome;
  tabs: WireTab[];
}>;

/** Of each chat or topic; older ones come on demand. */
export const LAST_MESSAGES = 200;
const LAST_CALLS = 200;

/** What a page gets when it opens. */
export function fullState({ sandbox, roles, ...added }: PageContent): FullState {
  const views = Map.groupBy(
    sandbox.chats().flatMap((chat) => [...chat.messages.values()]),
    viewKey,
  );
  return {
    bot: { id: sandbox.bot.id, name: sandbox.bot.first_name, username: sandbox.bot.username },
    people: sandbox.people().map((person) => wirePerson(person, sandbox, roles)),
    chats: sandbox.chats().map((chat) => wireChat(chat, sandbox.bot)),
    messages: [...views.values()].flatMap((view) =>
      view.slice(-LAST_MESSAGES).map((message) => wireMessage(message, sandbox)),
    ),
    olderIn: [...views].filter(([, view]) => view.length > LAST_MESSAGES).map(([key]) => key),
    calls: lastCalls(sandbox, 0),
    refusals: sandbox.refusals.length,
    conditions: wireConditions(sandbox),
    ...added,
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

/** Without successful getUpdates calls, of which there are too many to be of interest. */
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
