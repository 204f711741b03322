import type { Response } from 'express';
import type { Change, FullState, PressResult, WireMessage, WireSample } from '../browser/protocol.ts';
import type { CallRecord, Message, Sandbox } from '../sandbox.ts';
import { wireCall, wireChat, wireMessage, wirePerson, wireWeather } from './wire.ts';

export type Feed = ReturnType<typeof createFeed>;

/** Of each chat or topic; older ones come on demand. */
const LAST_MESSAGES = 200;
const LAST_CALLS = 200;
/** More than this at once, and everything is told anew: it is less. */
const MOST_CHANGES = 600;
/** Changes are gathered this long, in milliseconds, so that a storm costs the page little. */
const GATHERING = 40;
const HEARTBEAT = 15_000;
/** A page that does not read is let go; it comes back and is told everything. */
const MOST_UNREAD_BYTES = 8_000_000;

type Told = {
  messages: Map<number, Map<number, string>>;
  lastCall: number;
  chats: string;
  people: string;
  weather: string;
};

/** Tells open pages what changes. With none open it costs nothing. */
export function createFeed(sandbox: Sandbox, samples: WireSample[]) {
  const pages = new Set<Response>();
  let told = nothingTold();
  let stopListening = () => {};
  let gathering: NodeJS.Timeout | undefined;
  let heart: NodeJS.Timeout | undefined;
  let isClosed = false;

  function tell(event: string, data: unknown): void {
    const frame = frameOf(event, data);
    for (const page of pages) {
      if (page.writableLength > MOST_UNREAD_BYTES) page.destroy();
      else page.write(frame);
    }
  }

  function tellChanges(): void {
    clearTimeout(gathering);
    gathering = undefined;
    const { change, next, size } = whatChanged(sandbox, told);
    told = next;
    if (size > MOST_CHANGES) tell('state', fullState(sandbox, samples));
    else if (Object.keys(change).length > 0) tell('change', change);
  }

  function wake(): void {
    told = whatChanged(sandbox, nothingTold()).next;
    stopListening = sandbox.onChange(() => {
      gathering ??= setTimeout(tellChanges, GATHERING);
    });
    heart = setInterval(() => pages.forEach((page) => page.write(':\n\n')), HEARTBEAT);
  }

  function sleep(): void {
    stopListening();
    clearInterval(heart);
    clearTimeout(gathering);
    gathering = undefined;
  }

  return {
    open(page: Response): void {
      if (isClosed) {
        page.status(503).end();
        return;
      }
      if (pages.size === 0) wake();
      else tellChanges();
      page.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
      page.write(`retry: 1000\n${frameOf('state', fullState(sandbox, samples))}`);
      pages.add(page);
      page.on('close', () => {
        pages.delete(page);
        if (pages.size === 0) sleep();
      });
    },

    /** The bot's answer to a press; the page that pressed knows its own. What the press changed is told before. */
    answered(result: PressResult): void {
      if (pages.size === 0) return;
      tellChanges();
      tell('answered', result);
    },

    close(): void {
      isClosed = true;
      for (const page of pages) page.end();
    },
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

function fullState(sandbox: Sandbox, samples: WireSample[]): FullState {
  const views = new Map<string, Message[]>();
  for (const chat of sandbox.chats()) {
    for (const message of chat.messages.values()) {
      const key = `${chat.id}:${message.threadId ?? 0}`;
      const view = views.get(key);
      if (view) view.push(message);
      else views.set(key, [message]);
    }
  }
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

/** Compares everything with what pages were told. 10,000 messages take a few milliseconds. */
function whatChanged(sandbox: Sandbox, told: Told): { change: Change; next: Told; size: number } {
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
  const people = sandbox.people().map((person) => wirePerson(person, sandbox));
  const weather = wireWeather(sandbox);
  const next: Told = {
    messages,
    lastCall: sandbox.calls.at(-1)?.id ?? told.lastCall,
    chats: JSON.stringify(chats),
    people: JSON.stringify(people),
    weather: JSON.stringify(weather),
  };
  if (changed.length > MOST_CHANGES) return { change, next, size: changed.length };
  if (changed.length > 0) change.messages = changed.map((message) => wireMessage(message, sandbox));
  if (deleted.length > 0) change.deleted = deleted;
  if (calls.length > 0) Object.assign(change, { calls, refusals: sandbox.refusals.length });
  if (next.chats !== told.chats) change.chats = chats;
  if (next.people !== told.people) change.people = people;
  if (next.weather !== told.weather) change.weather = weather;
  return { change, next, size: changed.length };
}

function versionOf({ edits, reactions }: Message): string {
  return reactions.length === 0 ? `${edits.length}` : `${edits.length}${reactions.map(({ emoji }) => emoji).join('')}`;
}

/** A bot asks for updates all day; that is worth showing only when it is refused. */
function lastCalls(sandbox: Sandbox, after: number) {
  const recent: CallRecord[] = [];
  for (let at = sandbox.calls.length - 1; at >= 0 && recent.length < LAST_CALLS; at -= 1) {
    const call = sandbox.calls[at];
    if (!call || call.id <= after) break;
    if (!call.ok || call.method !== 'getUpdates') recent.push(call);
  }
  return recent.toReversed().map(wireCall);
}

function nothingTold(): Told {
  return { messages: new Map(), lastCall: 0, chats: '', people: '', weather: '' };
}

function frameOf(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
