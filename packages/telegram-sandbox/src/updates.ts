import { conflict } from './bot-api-error.ts';
import type { Clock } from './clock.ts';
import type { Json } from './render.ts';

export type UpdateKind =
  | 'message'
  | 'edited_message'
  | 'callback_query'
  | 'my_chat_member'
  | 'chat_member'
  | 'message_reaction';
/** A webhook keeps order within a `queue`: messages by chat, presses by person. */
export type Update = { update_id: number; kind: UpdateKind; queue: string; expiresAt: number; body: Json };

const NOT_BY_DEFAULT = new Set<string>(['chat_member', 'message_reaction', 'message_reaction_count']);
const DAY_MS = 24 * 60 * 60 * 1000;
const CALLBACK_LIFETIME_MS = 150_000;
const MAX_POLL_SECONDS = 50;

export type Updates = ReturnType<typeof createUpdates>;
type Poll = { answer: (updates: Update[]) => void; refuse: (error: Error) => void; limit: number };

/** Updates that the bot has not confirmed yet. */
export function createUpdates(clock: Clock, firstId: number, changed: () => void) {
  let pending: Update[] = [];
  let lastId = firstId - 1;
  let allowed: Set<string> | undefined;
  let poll: Poll | undefined;

  function drop(gone: (update: Update) => boolean): void {
    if (pending.some(gone)) pending = pending.filter((update) => !gone(update));
  }

  function live(): Update[] {
    const now = clock.now();
    drop((update) => update.expiresAt <= now);
    return pending;
  }

  return {
    pending: live,
    isPolled: () => poll !== undefined,
    allowedUpdates: () => (allowed ? [...allowed] : undefined),

    add(kind: UpdateKind, queue: string, value: unknown): void {
      if (allowed ? !allowed.has(kind) : NOT_BY_DEFAULT.has(kind)) return;
      const update_id = ++lastId;
      const lifetime = kind === 'callback_query' ? CALLBACK_LIFETIME_MS : DAY_MS;
      pending.push({ update_id, kind, queue, expiresAt: clock.now() + lifetime, body: { update_id, [kind]: value } });
      if (poll) poll.answer(live().slice(0, poll.limit));
      changed();
    },

    allow(kinds: string[] | undefined): void {
      if (kinds) allowed = kinds.length > 0 ? new Set(kinds) : undefined;
    },

    /** Confirms all updates before `offset`; a negative offset keeps only that many of the last ones. */
    confirm(offset: number): void {
      if (offset >= 0) drop((update) => update.update_id < offset);
      else pending = pending.slice(offset);
    },

    confirmOne(update: Update): void {
      drop((other) => other === update);
    },

    clear(): void {
      pending = [];
    },

    /** Resolves when updates arrive or the time is up. Only one poll may wait: a second ends the first. */
    async wait(limit: number, timeoutSeconds: number, abandoned: AbortSignal): Promise<Update[]> {
      this.endPoll('terminated by other getUpdates request; make sure that only one bot instance is running');
      const ready = live().slice(0, limit);
      if (ready.length > 0 || timeoutSeconds <= 0) return ready;
      return new Promise((resolve, reject) => {
        const mine: Poll = {
          answer: (updates) => settle(() => resolve(updates)),
          refuse: (error) => settle(() => reject(error)),
          limit,
        };
        const cancel = clock.after(Math.min(timeoutSeconds, MAX_POLL_SECONDS) * 1000, () => mine.answer([]));
        const gone = () => mine.answer([]);
        abandoned.addEventListener('abort', gone);
        poll = mine;
        changed();
        function settle(finish: () => void): void {
          cancel();
          abandoned.removeEventListener('abort', gone);
          if (poll === mine) poll = undefined;
          finish();
        }
      });
    },

    endPoll(reason: string): void {
      poll?.refuse(conflict(reason));
    },
  };
}
