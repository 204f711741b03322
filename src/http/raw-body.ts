import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Refusal } from '../sources/refusal.ts';
import type { BodyBudget } from './body-budget.ts';

/** How much of a rejected body is still read: a sender that is cut off while sending never sees the answer. */
const discardBytes = 64 * 1024 * 1024;
/** How long a body may take to arrive. */
const bodyTimeoutMs = 60_000;

/** A body in memory. Call `release` to return its room. */
export type HeldBody = Readonly<{ rawBody: Buffer; release: () => void }>;

const unzip = promisify(gunzip);

/**
 * Reads the body, decompressed: the signature covers it in this form (decision 0026). Rejects more than `maxBytes` in
 * either form, more than there is room for, and encodings that are not taken.
 */
export async function readRawBody(req: IncomingMessage, maxBytes: number, budget: BodyBudget): Promise<HeldBody> {
  const encoding = req.headers['content-encoding']?.trim().toLowerCase();
  if (!encoding || encoding === 'identity') return readBytes(req, maxBytes, budget);
  if (encoding !== 'gzip' && encoding !== 'x-gzip') throw new Refusal('unsupported_media_type', unknownEncoding);
  const compressed = await readBytes(req, maxBytes, budget);
  const held = budget.open();
  try {
    const rawBody = await unzip(compressed.rawBody, { maxOutputLength: maxBytes });
    if (!held.add(rawBody.length) && !(await held.wait())) throw new Refusal('unavailable', noRoom);
    return { rawBody, release: held.release };
  } catch (error) {
    held.release();
    throw error instanceof Refusal ? error : notUnzipped(error, maxBytes);
  } finally {
    compressed.release();
  }
}

async function readBytes(req: IncomingMessage, maxBytes: number, budget: BodyBudget): Promise<HeldBody> {
  // Most bodies arrive together with their headers: by the next phase of the event loop, Node has parsed them.
  await new Promise((resolve) => setImmediate(resolve));
  return req.complete ? readReceived(req, maxBytes, budget) : readArriving(req, maxBytes, budget);
}

/** Without listeners and a time-out for each body, a fifth more webhooks are stored a second. */
async function readReceived(req: IncomingMessage, maxBytes: number, budget: BodyBudget): Promise<HeldBody> {
  const rawBody: Buffer = req.read() ?? Buffer.alloc(0);
  if (rawBody.length > maxBytes) throw tooLarge(maxBytes);
  const held = budget.open();
  if (!held.add(rawBody.length) && !(await held.wait())) {
    held.release();
    throw new Refusal('unavailable', noRoom);
  }
  return { rawBody, release: held.release };
}

/** Of a body that is not complete yet. */
function readArriving(req: IncomingMessage, maxBytes: number, budget: BodyBudget): Promise<HeldBody> {
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
    // Every request emits close.
    req.on('close', () => req.complete || endEarly());
    if (req.destroyed) endEarly();
  });
}

const tooSlow = `The request body took longer than ${bodyTimeoutMs / 1000} s to arrive. Send it again.`;
const endedEarly = 'The request body ended early. Send it again.';
const noRoom =
  'Bellhop is handling too many large requests at once; nothing was stored. Send it again in a few seconds.';

const unknownEncoding =
  'Send the body uncompressed, or compressed with gzip and "Content-Encoding: gzip". No other Content-Encoding is accepted.';

function notUnzipped(error: unknown, maxBytes: number): Refusal {
  if (error instanceof Error && Reflect.get(error, 'code') === 'ERR_BUFFER_TOO_LARGE') return tooLarge(maxBytes);
  return new Refusal('bad_request', 'The body is not gzip, although Content-Encoding says so. Send it again.');
}

function tooLarge(maxBytes: number): Refusal {
  return new Refusal(
    'payload_too_large',
    `The request body exceeds the limit of ${maxBytes} bytes. Send a smaller one.`,
  );
}
