import type { CallRecord } from './calls.ts';
import type { World } from './world.ts';

/** Notifies listeners of changes: once per burst, after it. */
export function createChanges() {
  const listeners = new Set<() => void>();
  let isScheduled = false;

  return {
    changed: (): void => {
      if (isScheduled || listeners.size === 0) return;
      isScheduled = true;
      queueMicrotask(() => {
        isScheduled = false;
        for (const listener of listeners) listener();
      });
    },
    onChange: (listener: () => void): (() => void) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

export type WaitOptions = {
  /** Real milliseconds, whatever the sandbox's clock says. */
  timeoutMs?: number;
  /** What is awaited, named in the error. */
  what?: string;
};

/** Resolves with what `read` returns once that is neither undefined nor false; reads again after every change. */
export function waitUntil<T>(
  read: () => T | undefined | false,
  onChange: (listener: () => void) => () => void,
  { timeoutMs = 10_000, what = 'something' }: WaitOptions,
  describe: () => string,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let stopListening = () => {};
    const timer = setTimeout(() => {
      stopListening();
      reject(new Error(`waited ${timeoutMs} ms without seeing ${what}\n${describe()}`));
    }, timeoutMs);
    const finish = (end: () => void) => {
      clearTimeout(timer);
      stopListening();
      end();
    };
    const check = () => {
      try {
        const found = read();
        if (found !== undefined && found !== false) finish(() => resolve(found));
      } catch (error) {
        finish(() => reject(error));
      }
    };
    stopListening = onChange(check);
    check();
  });
}

/** The last messages of every chat, for the error of a wait. */
export function describeLastMessages(world: World, count = 8): string {
  const last = world.timeline.slice(-count);
  if (last.length === 0) return 'no messages at all';
  const lines = last.map(({ chatId, threadId, message_id, from, text, service, document, photo }) => {
    const content = JSON.stringify(text ?? service ?? document?.file_name ?? (photo ? 'a photo' : ''));
    return `  chat ${chatId}${threadId ? ` topic ${threadId}` : ''} #${message_id} ${from.first_name}: ${content.slice(0, 200)}`;
  });
  return `last messages:\n${lines.join('\n')}`;
}

export function describeLastRefusals(refusals: readonly CallRecord[], count = 4): string {
  const lines = refusals.slice(-count).map(({ method, description }) => `  ${method}: ${description ?? ''}`);
  return lines.length === 0 ? 'no refusals' : `last refusals:\n${lines.join('\n')}`;
}
