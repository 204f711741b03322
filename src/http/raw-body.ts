import type { IncomingMessage } from 'node:http';
import { Refusal } from '../sources/refusal.ts';
import type { BodyBudget } from './body-budget.ts';

/** How much of a rejected body is still read: a sender that is cut off while sending never sees the answer. */
const discardBytes = 64 * 1024 * 1024;
/** How long a body may take to arrive. */
const bodyTimeoutMs = 60_000;

/** A body in memory. Call `release` to return its room. */
export type HeldBody = Readonly<{ rawBody: Buffer; release: () => void }>;

/** Reads the raw bytes, which the signature covers. Rejects more than `maxBytes`, or more than there is room for. */
export function readRawBody(req: IncomingMessage, maxBytes: number, budget: BodyBudget): Promise<HeldBody> {
  return new Promise((resolve, reject) => {
    const held = budget.open();
    let chunks: Buffer[] = [];
    let length = 0;
    let refusal: Refusal | undefined;

    const fail = (reason: Refusal) => {
      clearTimeout(timer);
      held.release();
      chunks = [];
      reject(reason);
    };
    const timer = setTimeout(() => fail(new Refusal('bad_request', tooSlow)), bodyTimeoutMs);
    const refuse = (reason: Refusal) => {
      refusal = reason;
      chunks = [];
      held.release();
    };
    if (Number(req.headers['content-length'] ?? 0) > maxBytes) refuse(tooLarge(maxBytes));

    req.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (!refusal && length > maxBytes) refuse(tooLarge(maxBytes));
      if (refusal) {
        if (length > discardBytes) fail(refusal);
        return;
      }
      chunks.push(chunk);
      if (held.add(chunk.length)) return;
      req.pause();
      void held.wait().then((hasRoom) => {
        if (!hasRoom) refuse(new Refusal('unavailable', noRoom));
        req.resume();
      });
    });
    req.on('end', () => {
      if (refusal) return fail(refusal);
      clearTimeout(timer);
      resolve({
        rawBody: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks),
        release: held.release,
      });
    });
    const endEarly = () => fail(new Refusal('bad_request', endedEarly));
    req.on('error', endEarly);
    // Every request emits close; creating an error for each complete one would cost more than reading it.
    req.on('close', () => req.complete || endEarly());
  });
}

const tooSlow = `The request body took longer than ${bodyTimeoutMs / 1000} s to arrive. Send it again.`;
const endedEarly = 'The request body ended early. Send it again.';
const noRoom =
  'Bellhop is handling too many large requests at once; nothing was stored. Send it again in a few seconds.';

function tooLarge(maxBytes: number): Refusal {
  return new Refusal(
    'payload_too_large',
    `The request body exceeds the limit of ${maxBytes} bytes. Send a smaller one.`,
  );
}
