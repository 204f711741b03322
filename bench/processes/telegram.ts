import { createSandbox, type FloodMode } from '../../src/sandbox/sandbox.ts';
import { SEED, seedWorld } from '../../src/sandbox/seed.ts';
import { serve } from '../support/remote.ts';
import { token } from '../support/product.ts';

const sandbox = createSandbox({ token });
seedWorld(sandbox);
/** Every message sent to a chat: its number, when the call came (ms), its first words. Kept here since the sandbox keeps the last calls only. */
const sends: Send[] = [];
let taken = 0;

export type Send = Readonly<{ method: string; at: number; ok: boolean; errorCode: number | undefined; chatId: number; text: string }>;

sandbox.onChange(take);

function take(): void {
  const news = (sandbox.calls.at(-1)?.id ?? 0) - taken;
  if (news <= 0) return;
  taken += news;
  for (const call of sandbox.calls.slice(-news)) {
    if (!/^(send|edit)/.test(call.method)) continue;
    const { chat_id: chatId, text } = call.params;
    sends.push({
      method: call.method,
      at: call.at,
      ok: call.ok,
      errorCode: call.error_code,
      chatId: Number(chatId),
      text: typeof text === 'string' ? text : '',
    });
  }
}

const handlers = {
  start: async (flood: FloodMode): Promise<string> => {
    await sandbox.start();
    sandbox.flood = flood;
    return sandbox.apiRoot;
  },
  sends: (from: number): Send[] => {
    take();
    return sends.slice(from);
  },
  premature: () => [...sandbox.premature],
  /** Presses a button of a card and says how long (ms) its answer took, or undefined when none came. */
  press: async (messageId: number, button: string): Promise<number | undefined> => {
    const begun = performance.now();
    const answer = await sandbox.press({ chatId: SEED.supportTeam, messageId, button, by: SEED.ana });
    return answer && performance.now() - begun;
  },
  messages: (chatId: number) =>
    sandbox.messages(chatId).map(({ message_id: id, text, from }) => ({ id, text: text ?? '', byBot: from.is_bot })),
};
export type TelegramHandlers = typeof handlers;

serve(handlers);
