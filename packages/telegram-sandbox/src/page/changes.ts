import type { Change } from '../browser/protocol.ts';
import type { Sandbox } from '../control.ts';
import type { Message } from '../message.ts';
import { LAST_MESSAGES, lastCalls, viewKey } from './state.ts';
import { type Roles, wireChat, wireMessage, wirePerson, wireConditions } from './wire.ts';

/** What open pages have: versions of messages by chat, and the rest as JSON. */
export type Sent = {
  messages: Map<number, Map<number, string>>;
  lastCall: number;
  chats: string;
  people: string;
  conditions: string;
};

export function nothingSent(): Sent {
  return { messages: new Map(), lastCall: 0, chats: '', people: '', conditions: '' };
}

/** Compares everything with what pages have. 10,000 messages take a few milliseconds. */
export function whatChanged(sandbox: Sandbox, roles: Roles, sent: Sent): { change: Change; next: Sent } {
  const change: Change = {};
  const messages = new Map<number, Map<number, string>>();
  const changed: Message[] = [];
  const deleted: { chatId: number; ids: number[] }[] = [];
  for (const chat of sandbox.chats()) {
    const before = sent.messages.get(chat.id);
    const versions = new Map([...chat.messages].map(([id, message]) => [id, versionOf(message)]));
    for (const [id, version] of versions) {
      const message = before?.get(id) === version ? undefined : chat.messages.get(id);
      if (message) changed.push(message);
    }
    const gone = [...(before?.keys() ?? [])].filter((id) => !versions.has(id));
    if (gone.length > 0) deleted.push({ chatId: chat.id, ids: gone });
    messages.set(chat.id, versions);
  }
  const calls = lastCalls(sandbox, sent.lastCall);
  const chats = sandbox.chats().map((chat) => wireChat(chat, sandbox.bot));
  const people = sandbox.people().map((person) => wirePerson(person, sandbox, roles));
  const conditions = wireConditions(sandbox);
  const next: Sent = {
    messages,
    lastCall: sandbox.calls.at(-1)?.id ?? sent.lastCall,
    chats: JSON.stringify(chats),
    people: JSON.stringify(people),
    conditions: JSON.stringify(conditions),
  };
  Object.assign(change, wireChanged(changed, sandbox));
  if (deleted.length > 0) change.deleted = deleted;
  if (calls.length > 0) Object.assign(change, { calls, refusals: sandbox.refusals.length });
  if (next.chats !== sent.chats) change.chats = chats;
  if (next.people !== sent.people) change.people = people;
  if (next.conditions !== sent.conditions) change.conditions = conditions;
  return { change, next };
}

/** Of many changes in one chat or topic only the last messages are sent; the page forgets the others. */
function wireChanged(changed: Message[], sandbox: Sandbox): Pick<Change, 'messages' | 'restarted'> {
  if (changed.length === 0) return {};
  const views = Map.groupBy(changed, viewKey);
  const restarted = [...views].filter(([, view]) => view.length > LAST_MESSAGES).map(([key]) => key);
  const last = [...views.values()].flatMap((view) => view.slice(-LAST_MESSAGES));
  return {
    messages: last.map((message) => wireMessage(message, sandbox)),
    ...(restarted.length > 0 ? { restarted } : {}),
  };
}

function versionOf({ edits, reactions }: Message): string {
  return reactions.length === 0 ? `${edits.length}` : `${edits.length}${reactions.map(({ emoji }) => emoji).join('')}`;
}
