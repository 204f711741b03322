import type { ErrorParameters } from './bot-api-error.ts';
import type { Suspect } from './parameters.ts';

export type CallRecord = {
  id: number;
  method: string;
  /** As parsed; uploads by name, type and size. */
  params: Record<string, unknown>;
  /** Milliseconds, by the sandbox's clock. */
  at: number;
  ok: boolean;
  error_code?: number;
  description?: string;
  parameters?: ErrorParameters;
  /** The fault that hit this call, if any. */
  fault?: string;
};
export type Calls = ReturnType<typeof createCalls>;

const KEPT_CALLS = 10_000;

/** The bot's calls and how they were answered. */
export function createCalls() {
  let calls: CallRecord[] = [];
  let refusals: CallRecord[] = [];
  const unknownParameters: Suspect[] = [];
  let lastId = 0;

  function keepLast(records: CallRecord[]): CallRecord[] {
    return records.length > KEPT_CALLS * 1.2 ? records.slice(-KEPT_CALLS) : records;
  }

  return {
    all: () => calls,
    refusals: () => refusals,
    unknownParameters,
    add(call: Omit<CallRecord, 'id'>): CallRecord {
      const record = { ...call, id: ++lastId };
      calls.push(record);
      calls = keepLast(calls);
      if (record.ok) return record;
      refusals.push(record);
      refusals = keepLast(refusals);
      return record;
    },
    suspect(suspect: Suspect): void {
      if (unknownParameters.length < KEPT_CALLS) unknownParameters.push(suspect);
    },
    clear(): void {
      calls = [];
      refusals = [];
      unknownParameters.length = 0;
    },
  };
}
