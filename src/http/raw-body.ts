import type { IncomingMessage } from 'node:http';
import { Refusal } from '../inbound/source.ts';

/** The request's bytes as they came, for the signature is over them. Refuses more than `maxBytes`. */
export function readRawBody(req: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const tooLarge = () => new Refusal('payload_too_large', `The body is larger than ${maxBytes} bytes: send less.`);
    if (Number(req.headers['content-length'] ?? 0) > maxBytes) return reject(tooLarge());

    const chunks: Buffer[] = [];
    let length = 0;
    req.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) return chunks.push(chunk);
      req.removeAllListeners('data').resume();
      return reject(tooLarge());
    });
    req.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    const brokeOff = () => reject(new Refusal('bad_request', 'The body broke off before its end: send it again.'));
    req.on('error', brokeOff);
    // Every request closes; an error object for each whole one would cost more than reading it.
    req.on('close', () => req.complete || brokeOff());
  });
}
