import { badRequest } from './bot-api-error.ts';
import type { Clock } from './clock.ts';

export type PressAnswer = { text?: string; show_alert?: boolean; url?: string; copied?: string };
/** Who pressed in which chat, and when (milliseconds since 1970). */
export type Pressed = { by: number; chatId: number; at: number };
export type Callbacks = ReturnType<typeof createCallbacks>;

/** How long a press can be answered. Telegram publishes no figure. */
const ANSWERABLE_MS = 60_000;

/** Presses that wait for their answer. */
export function createCallbacks(clock: Clock, prefix: string) {
  const waiting = new Map<string, { settle: (answer: PressAnswer | undefined) => void }>();
  const pressed = new Map<string, Pressed>();
  let count = 0;

  return {
    /** `answered` resolves with the bot's answer, or undefined when none came in time. */
    open(by: number, chatId: number): { id: string; answered: Promise<PressAnswer | undefined> } {
      const id = `${prefix}${String(++count).padStart(8, '0')}`;
      pressed.set(id, { by, chatId, at: clock.now() });
      clock.after(ANSWERABLE_MS, () => pressed.delete(id));
      const answered = new Promise<PressAnswer | undefined>((resolve) => {
        const expire = () => {
          waiting.delete(id);
          resolve(undefined);
        };
        const cancel = clock.after(ANSWERABLE_MS, expire);
        const settle = (answer: PressAnswer | undefined) => {
          cancel();
          waiting.delete(id);
          resolve(answer);
        };
        waiting.set(id, { settle });
      });
      return { id, answered };
    },

    answer(id: string, answer: PressAnswer): void {
      const query = waiting.get(id);
      if (!query) throw badRequest('query is too old and response timeout expired or query ID is invalid');
      query.settle(answer);
    },

    /** Also of a press that was answered; undefined once it is long past. */
    find: (id: string): Pressed | undefined => pressed.get(id),

    abandonAll(): void {
      for (const query of waiting.values()) query.settle(undefined);
    },
  };
}
