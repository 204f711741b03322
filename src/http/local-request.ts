import type { IncomingMessage } from 'node:http';

const loopbackName = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;
const loopbackAddress = /^(?:::ffff:)?127(?:\.\d{1,3}){3}$|^::1$/;
const forwarding = /^(?:forwarded|via|x-forwarded.*|x-real-ip|x-client-ip|true-client-ip|cf-connecting-ip)$/;

/**
 * Whether somebody who sits at this machine asks: by the caller's address and the name they called us by (a foreign name
 * that resolves to 127.0.0.1 is somebody's web page reading along), and not through a proxy on this machine for
 * somebody else. nginx by default adds no header and names us 127.0.0.1, but asks in HTTP/1.0, as nobody else does.
 */
export function isFromHere(req: IncomingMessage): boolean {
  const isForwarded = req.httpVersion === '1.0' || Object.keys(req.headers).some((name) => forwarding.test(name));
  return !isForwarded && loopbackAddress.test(req.socket.remoteAddress ?? '') && isLoopbackHost(req.headers.host);
}

export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && loopbackName.test(host.replace(/:\d{1,5}$/, ''));
}
