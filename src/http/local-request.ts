import type { IncomingMessage } from 'node:http';
import { isLoopbackHost } from '../config/loopback.ts';

const loopbackAddress = /^(?:::ffff:)?127(?:\.\d{1,3}){3}$|^::1$/;
const forwarding = /^(?:forwarded|via|x-forwarded.*|x-real-ip|x-client-ip|true-client-ip|cf-connecting-ip)$/;

/**
 * Whether the request looks local: from a loopback address, to a loopback host name (against DNS rebinding), and without
 * signs of a proxy on this machine. Older nginx adds no header and sends Host 127.0.0.1, but uses HTTP/1.0, as no browser
 * does. A proxy that keeps its connections shows no sign: see decision 0019.
 */
export function isLocalRequest(req: IncomingMessage): boolean {
  const isForwarded = req.httpVersion === '1.0' || Object.keys(req.headers).some((name) => forwarding.test(name));
  return !isForwarded && loopbackAddress.test(req.socket.remoteAddress ?? '') && isLoopbackHost(req.headers.host);
}
