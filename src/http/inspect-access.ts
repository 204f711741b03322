import type { IncomingMessage } from 'node:http';
import type { IsLocalRequest } from './local-request.ts';
import { sameSecret } from '../sources/secret.ts';

/** Whether a caller may see metrics and the reasons why Bellhop is not ready. */
export type MayInspect = (req: IncomingMessage) => boolean;

/**
 * Requires the alert key as a bearer token. Only if no key is set, local requests may go without: a local proxy that adds
 * no header cannot be distinguished from a local caller.
 */
export function createMayInspect(currentKey: () => string | undefined, isLocalRequest: IsLocalRequest): MayInspect {
  return (req) => {
    const key = currentKey();
    return key === undefined ? isLocalRequest(req) : sameSecret(req.headers.authorization ?? '', `Bearer ${key}`);
  };
}
