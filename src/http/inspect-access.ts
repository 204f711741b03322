import type { IncomingMessage } from 'node:http';
import { isFromHere } from './local-request.ts';
import { sameSecret } from '../sources/secret.ts';

/** Whether a caller may see how Bellhop is doing in detail: figures, and the reasons why it is not ready. */
export type MayInspect = (req: IncomingMessage) => boolean;

/**
 * With the alert key as bearer. Only where no key is set, this machine may ask without one: a proxy on it that adds no
 * header cannot be told from a local caller.
 */
export function createMayInspect(key: string | undefined): MayInspect {
  return (req) => (key === undefined ? isFromHere(req) : sameSecret(req.headers.authorization ?? '', `Bearer ${key}`));
}
