import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

/** W3C Trace Context, level 2: version, trace id, parent id, flags; later versions may append to it. */
const traceparent = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-[\da-f]{2}(?:-|$)/;

/** The trace that a request belongs to, as its sender says in `traceparent`, else a new one: 32 hexadecimal digits. */
export function traceIdOf(header: string | undefined): string {
  return traceparent.exec(header?.trim() ?? '')?.[1] ?? newTraceId();
}

const idDigits = 32;
/** Random digits for some hundred ids: asking for each alone costs four times as much. */
let digits = '';

export function newTraceId(): string {
  if (digits === '') digits = randomBytes(4096).toString('hex');
  const id = digits.slice(0, idDigits);
  digits = digits.slice(idDigits);
  return id;
}

const traces = new AsyncLocalStorage<string | undefined>();

/** Does this work, and all that it awaits, as part of a trace; undefined: of none (docs/decisions/0041). */
export function traced<Result>(traceId: string | undefined, work: () => Result): Result {
  return traces.run(traceId, work);
}

/** The trace that what runs now belongs to. */
export function currentTraceId(): string | undefined {
  return traces.getStore();
}

/** For a line of the log: under the name that OpenTelemetry gives it, as it writes it; nothing where there is none. */
export function traceFields(traceId: string | null | undefined): Readonly<{ trace_id?: string }> {
  return traceId ? { trace_id: traceId.replaceAll('-', '') } : {};
}
