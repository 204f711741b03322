import type { Clock } from './clock.ts';

type FaultKind = 'retry-after' | '500' | '502' | 'reset-before' | 'reset-after' | 'hang' | 'outage';
export type NewFault = {
  kind: FaultKind;
  /** retry-after: the pause (default 5). Other kinds: how long the fault is in force. */
  seconds?: number;
  /** Only calls for this chat. */
  chatId?: number;
  /** Only this method. Without: everything but getUpdates (retry-after: sends and edits; outage: everything). */
  method?: string;
  /** How many calls it hits: one by default, any number while `seconds` run. An outage lasts until cleared. */
  times?: number;
};
export type Fault = NewFault & { id: number; remaining: number; until: number };
export type Faults = ReturnType<typeof createFaults>;

/** The faults in force, and which of them hits a call. */
export function createFaults(clock: Clock, changed: () => void) {
  let faults: Fault[] = [];
  let lastId = 0;

  function live(): Fault[] {
    if (faults.length > 0) faults = faults.filter((fault) => fault.remaining > 0 && fault.until > clock.now());
    return faults;
  }

  return {
    add(fault: NewFault): Fault {
      const lasting = fault.kind === 'retry-after' ? undefined : fault.seconds;
      const endless = fault.kind === 'outage' || lasting !== undefined;
      const added = {
        ...fault,
        id: ++lastId,
        remaining: fault.times ?? (endless ? Number.POSITIVE_INFINITY : 1),
        until: lasting === undefined ? Number.POSITIVE_INFINITY : clock.now() + lasting * 1000,
      };
      faults.push(added);
      changed();
      return added;
    },

    clear(): void {
      faults = [];
      changed();
    },

    list: (): Fault[] => [...live()],

    /** The first fault that hits this call; it counts as one of the fault's `times`. */
    meet(method: string, chatId: number | undefined, isLimited: boolean): Fault | undefined {
      const met = live().find((fault) => {
        if (fault.chatId !== undefined && fault.chatId !== chatId) return false;
        if (fault.method !== undefined) return fault.method === method;
        if (fault.kind === 'retry-after') return isLimited;
        return fault.kind === 'outage' || method !== 'getUpdates';
      });
      if (met) {
        met.remaining -= 1;
        changed();
      }
      return met;
    },
  };
}
