import { BotApiError, type ErrorParameters, tooManyRequests } from './bot-api-error.ts';
import type { Calls } from './calls.ts';
import type { Fault, Faults } from './faults.ts';
import { findMethod, type Parameters, type RawParameters, readParameters } from './parameters.ts';
import { LIMITED, METHODS } from './methods/index.ts';
import type { MethodName } from './method-table.ts';
import type { Telegram } from './telegram.ts';

type Body = { ok: boolean; result?: unknown; error_code?: number; description?: string; parameters?: ErrorParameters };
export type Answer = { status: number; body: Body; written?: () => void };
/** `reset`: cut the connection; `hang`: never answer. */
type Outcome = Answer | 'reset' | 'hang';
export type Dispatch = (name: string, read: () => Promise<RawParameters>, gone: AbortSignal) => Promise<Outcome>;

/** Runs one call: applies faults, checks parameters, runs the method, records the call. */
export function createDispatch(telegram: Telegram, faults: Faults, calls: Calls, changed: () => void): Dispatch {
  return async (name, read, gone) => {
    const at = telegram.world.clock.now();
    const method = findMethod(name);
    let raw: RawParameters = { values: {}, uploads: new Map() };
    let fault: Fault | undefined;
    let answer: Answer;
    try {
      raw = await read();
      if (!method) throw new BotApiError(404, 'Not Found');
      fault = faults.meet(method, chatIdOf(raw), LIMITED.has(method));
      const early = fault && applyBefore(telegram, fault, method, chatIdOf(raw));
      if (early) {
        record({ status: 0, body: { ok: false, description: early } });
        return early;
      }
      const parameters = readParameters(method, raw, (suspect) => calls.suspect(suspect));
      const result = await run(telegram, method, parameters, gone);
      answer = { status: 200, body: { ok: true, result } };
    } catch (error) {
      answer = refusal(error);
      const chatId = chatIdOf(raw);
      if (answer.status === 429 && chatId !== undefined) answer.written = () => telegram.flood.announced(chatId);
    }
    record(answer);
    return fault?.kind === 'reset-after' ? 'reset' : answer;

    function record({ body }: Answer): void {
      const { ok, error_code, description, parameters } = body;
      calls.add({
        method: method ?? name,
        params: describe(raw),
        at,
        ok,
        ...(error_code === undefined ? {} : { error_code }),
        ...(description === undefined ? {} : { description }),
        ...(parameters === undefined ? {} : { parameters }),
        ...(fault ? { fault: fault.kind } : {}),
      });
      changed();
    }
  };
}

function run(telegram: Telegram, method: MethodName, parameters: Parameters, gone: AbortSignal): unknown {
  return METHODS[method](telegram, parameters, gone);
}

/** Applies a fault that ends the call before it takes effect. */
function applyBefore(
  telegram: Telegram,
  fault: Fault,
  method: MethodName,
  chatId: number | undefined,
): 'reset' | 'hang' | undefined {
  switch (fault.kind) {
    case 'retry-after':
      if (!LIMITED.has(method)) throw tooManyRequests(fault.seconds ?? 5);
      return telegram.flood.impose(method, chatId, fault.chatId, fault.seconds ?? 5);
    case '500':
      throw new BotApiError(500, 'Internal Server Error');
    case '502':
      throw new BotApiError(502, 'Bad Gateway');
    case 'reset-before':
    case 'outage':
      return 'reset';
    case 'hang':
      return 'hang';
    case 'reset-after':
      return undefined;
  }
}

function refusal(error: unknown): Answer {
  if (!(error instanceof BotApiError)) {
    const description = `Internal Server Error: ${error instanceof Error ? error.message : 'unknown'}`;
    return { status: 500, body: { ok: false, error_code: 500, description } };
  }
  const { code, message, parameters } = error;
  return {
    status: code,
    body: { ok: false, error_code: code, description: message, ...(parameters ? { parameters } : {}) },
  };
}

function chatIdOf(raw: RawParameters): number | undefined {
  const id = Number(raw.values['chat_id'] ?? Number.NaN);
  return Number.isNaN(id) ? undefined : id;
}

function describe(raw: RawParameters): Record<string, unknown> {
  if (raw.uploads.size === 0) return raw.values;
  const uploads = [...raw.uploads].map(([name, { bytes, ...upload }]) => [name, { ...upload, size: bytes.length }]);
  return { ...raw.values, ...Object.fromEntries(uploads) };
}
