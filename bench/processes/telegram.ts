import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import type { FloodMode, Message } from 'telegram-sandbox';
import { createSeededSandbox, SEED } from '../../src/app/sandbox-mode/seed.ts';
import { token } from '../support/product.ts';
import { preciseNow, serve } from '../support/remote.ts';

/** A send or an edit as it came. */
export type Send = Readonly<{
  method: string;
  /** Milliseconds since 1970. */
  at: number;
  errorCode: number | undefined;
  chatId: number;
  text: string;
}>;

/** A real Telegram lets a bot edit every message of a day. */
const sandbox = createSeededSandbox({ token, keptMessages: 1_000_000 });
/** All of them: the sandbox itself keeps the last ten thousand calls. */
const sends: Send[] = [];
/** When the requests themselves arrived, before they were read; to fractions of a millisecond. */
const arrivals: number[] = [];
let lastId = 0;

sandbox.onChange(keepNew);
subscribe('http.server.request.start', (message) => {
  const { request } = message as { request: IncomingMessage };
  if (request.url?.endsWith('/sendMessage')) arrivals.push(preciseNow());
});

function keepNew(): void {
  const news = (sandbox.calls.at(-1)?.id ?? 0) - lastId;
  if (news <= 0) return;
  lastId += news;
  for (const { method, at, error_code: errorCode, params } of sandbox.calls.slice(-news)) {
    if (!/^(send|edit)/.test(method)) continue;
    const { chat_id: chatId, text } = params;
    sends.push({ method, at, errorCode, chatId: Number(chatId), text: typeof text === 'string' ? text : '' });
  }
}

function lastLine(text: string): string {
  return text.slice(text.lastIndexOf('\n') + 1);
}

const handlers = {
  start: async (flood: FloodMode): Promise<string> => {
    await sandbox.start();
    sandbox.flood = flood;
    return sandbox.apiRoot;
  },
  addGroups: (ids: readonly number[]): void => {
    for (const id of ids) sandbox.addChat({ id, type: 'supergroup', owner: SEED.carla, members: [SEED.ana] });
  },
  arrivals: () => arrivals.splice(0),
  countSends: () => sends.length,
  sends: () => sends,
  premature: () => sandbox.premature.length,
  /** Presses Acknowledge or Release, whichever the group's oldest card has; how long (ms) the answer took, undefined when none came. */
  press: async (): Promise<number | undefined> => {
    for (const { message_id: messageId, reply_markup: markup } of sandbox.messages(SEED.supportTeam)) {
      const buttons = markup?.inline_keyboard?.flat() ?? [];
      const button = buttons.find(({ text }) => text === 'Acknowledge' || text === 'Release');
      if (!button) continue;
      const begun = performance.now();
      const answer = await sandbox.press({ chatId: SEED.supportTeam, messageId, button: button.text, by: SEED.ana });
      return answer && performance.now() - begun;
    }
    return undefined;
  },
  /** Somebody presses something under one of the newest cards; whether that was answered, undefined where nothing can be pressed. */
  pressAny: async (): Promise<boolean | undefined> => {
    const known = new Set(['Acknowledge', 'Release', 'Close', 'Resolved', 'Reopen']);
    const buttons = sandbox
      .messages(SEED.supportTeam)
      .slice(-1_000)
      .flatMap(({ message_id: messageId, reply_markup: markup }) =>
        (markup?.inline_keyboard?.flat() ?? []).map(({ text: button }) => ({ messageId, button })),
      )
      .filter(({ button }) => known.has(button));
    const pressed = buttons[Math.floor(Math.random() * buttons.length)];
    if (!pressed) return undefined;
    return (await sandbox.press({ chatId: SEED.supportTeam, ...pressed, by: SEED.ana })) !== undefined;
  },
  /** The last line of each message of the team's chat that ends with an incidence's state, by the message's id. */
  states: (): ReadonlyMap<number, string> => {
    const last = sandbox
      .messages(SEED.supportTeam)
      .map(({ message_id: id, text = '' }) => [id, lastLine(text)] as const);
    return new Map(last.filter(([, line]) => /^#\d+ · /.test(line)));
  },
  /** Adds people to the team's chat; their ids. */
  addPeople: (count: number): number[] =>
    Array.from({ length: count }, (_, index) => {
      const id = 600_000_001 + index;
      sandbox.addPerson({ id, first_name: `Person ${index + 1}` });
      sandbox.join(SEED.supportTeam, id);
      return id;
    }),
  /** Each of these people presses a card of its own, sometime within `duringMs`; how long (ms) each answer took. */
  pressAll: async (people: readonly number[], duringMs: number): Promise<number[]> => {
    const buttonOf = ({ reply_markup: markup }: Message) =>
      markup?.inline_keyboard?.flat().find(({ text }) => text === 'Acknowledge' || text === 'Release')?.text;
    const cards = sandbox.messages(SEED.supportTeam).filter((message) => buttonOf(message) !== undefined);
    const presses = people.map(async (by, index) => {
      const { message_id: messageId = 0 } = cards[index] ?? {};
      await new Promise((resolve) => setTimeout(resolve, Math.random() * duringMs));
      // As it stands at that moment: the last edit may have come late.
      const card = sandbox.message(SEED.supportTeam, messageId);
      const button = (card && buttonOf(card)) ?? '';
      const begun = performance.now();
      const answer = await sandbox.press({ chatId: SEED.supportTeam, messageId, button, by });
      return answer ? performance.now() - begun : Number.POSITIVE_INFINITY;
    });
    return Promise.all(presses);
  },
  /** Somebody types this to the team's chat; how long (ms) until the bot answers. */
  ask: async (text: string): Promise<number> => {
    const begun = performance.now();
    const { message_id: typed } = sandbox.type({ chatId: SEED.supportTeam, by: SEED.ana, text });
    await sandbox.waitFor(() => sandbox.messages(SEED.supportTeam).findLast(({ replyTo }) => replyTo === typed));
    return performance.now() - begun;
  },
  /** Turns the newest list to its next page; how long (ms) until it shows that. */
  turnPage: async (): Promise<number> => {
    const lists = sandbox.messages(SEED.supportTeam);
    const list = lists.findLast(({ reply_markup: markup }) =>
      markup?.inline_keyboard?.flat().some(({ text }) => text === '›'),
    );
    if (!list) return Number.NaN;
    const { message_id: messageId, text } = list;
    const begun = performance.now();
    const isTurned = () =>
      sandbox.messages(SEED.supportTeam).find(({ message_id: id }) => id === messageId)?.text !== text;
    const turned = sandbox.waitFor(isTurned);
    void sandbox.press({ chatId: SEED.supportTeam, messageId, button: '›', by: SEED.ana });
    await turned;
    return performance.now() - begun;
  },
  /** The card whose text contains these words is acknowledged; how long (ms) until it shows that, NaN where there is none. */
  acknowledge: async (way: 'press' | 'command', words: string): Promise<number> => {
    const card = () => sandbox.messages(SEED.supportTeam).find(({ text }) => text?.includes(words));
    const found = card();
    const id = /#(\d+)/.exec(found?.text ?? '')?.[1];
    if (!found || id === undefined) return Number.NaN;
    const begun = performance.now();
    const shown = sandbox.waitFor(() => card()?.text?.includes('acknowledged by'), { timeoutMs: 120_000 });
    const button = { chatId: SEED.supportTeam, messageId: found.message_id, button: 'Acknowledge', by: SEED.carla };
    if (way === 'press') void sandbox.press(button);
    else sandbox.type({ chatId: SEED.carla, by: SEED.carla, text: `/ack ${id}` });
    await shown;
    return performance.now() - begun;
  },
};
export type TelegramHandlers = typeof handlers;

serve(handlers);
