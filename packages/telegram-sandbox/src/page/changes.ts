import type { Change } from '../browser/protocol.ts';
import type { Sandbox } from '../control.ts';
import type { Message } from '../message.ts';
import { LAST_MESSAGES, lastCalls, viewKey } from './state.ts';
import { type Roles, wireChat, wireMessage, wirePerson, wireWeather } from './wire.ts';

/** What pages know already: versions of messages by chat, and the rest as it was written. */
export type Told = {
  messages: Map<number, Map<number, string>>;
  lastCall: number;
  chats: string;
  people: string;
  weather: string;
};

export function nothingTold(): Told {
  return { messages: new Map(), lastCall: 0, chats: '', people: '', weather: '' };
}

/** Compares everything with what pages were told. 10,000 messages take a few milliseconds. */
export function whatChanged(sandbox: Sandbox, roles: Roles, told: Told): { change: Change; next: Told } {
  const change: Change = {};
  const messages = new Map<number, Map<number, string>>();
  const changed: Message[] = [];
  const deleted: { chatId: number; ids: number[] }[] = [];
  for (const chat of sandbox.chats()) {
    const before = told.messages.get(chat.id);
    const versions = new Map([...chat.messages].map(([id, message]) => [id, versionOf(message)]));
    for (const [id, version] of versions) {
      const message = before?.get(id) === version ? undefined : chat.messages.get(id);
      if (message) changed.push(message);
    }
    const gone = [...(before?.keys() ?? [])].filter((id) => !versions.has(id));
    if (gone.length > 0) deleted.push({ chatId: chat.id, ids: gone });
    messages.set(chat.id, versions);
  }
  const calls = lastCalls(sandbox, told.lastCall);
  const chats = sandbox.chats().map((chat) => wireChat(chat, sandbox.bot));
  const people = sandbox.people().map((person) => wirePerson(person, sandbox, roles));
  const weather = wireWeather(sandbox);
  const next: Told = {
    messages,
    lastCall: sandbox.calls.at(-1)?.id ?? told.lastCall,
    chats: JSON.stringify(chats),
    people: JSON.stringify(people),
    weather: JSON.stringify(weather),
  };
  Object.assign(change, wireChanged(changed, sandbox));
  if (deleted.length > 0) change.deleted = deleted;
  if (calls.length > 0) Object.assign(change, { calls, refusals: sandbox.refusals.length });
  if (next.chats !== told.chats) change.chats = chats;
  if (next.people !== told.people) change.people = people;
  if (next.weather !== told.weather) change.weather = weather;
  return { change, next };
}

/** Of a storm in one chat or topic, only its end, which then stands for the whole of it. */
function wireChanged(changed: Message[], sandbox: Sandbox): Pick<Change, 'messages' | 'restarted'> {
  if (changed.length === 0) return {};
  const views = Map.groupBy(changed, viewKey);
  const restarted = [...views].filter(([, view]) => view.length > LAST_MESSAGES).map(([key]) => key);
  const told = [...views.values()].flatMap((view) => view.slice(-LAST_MESSAGES));
  return {
    messages: told.map((message) => wireMessage(message, sandbox)),
    ...(restarted.length > 0 ? { restarted } : {}),
  };
}

function versionOf({ edits, reactions }: Message): string {
  return reactions.length === 0 ? `${edits.length}` : `${edits.length}${reactions.map(({ emoji }) => emoji).join('')}`;
}
