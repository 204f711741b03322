import type { IncomingMessage } from 'node:http';
import { isLoopbackHost } from '../config/loopback.ts';
import { createFindClient } from './client-address.ts';

/** Whether a request looks like one from this machine. */
export type IsLocalRequest = (req: IncomingMessage) => boolean;

const loopbackAddress = /^(?:::ffff:)?127(?:\.\d{1,3}){3}$|^::1$/;
/** Of proxies; X-Forwarded-Proto and the like mean nothing new beside an X-Forwarded-For. */
const forwarding = /^(?:forwarded|via|x-real-ip|x-client-ip|true-client-ip|cf-connecting-ip)$/;
const besideForwardedFor = /^x-forwarded/;

/**
 * Local is what comes from a loopback address, to a loopback host name (against DNS rebinding), and shows no sign of a
 * proxy, except that a proxy of `trustedProxies` on this machine may say in X-Forwarded-For that its client is local too.
 * Older nginx adds no header and sends Host 127.0.0.1, but uses HTTP/1.0, as no browser does. A proxy that keeps its
 * connections shows no sign: see decision 0019.
 */
export function createIsLocalRequest(trustedProxies: readonly string[]): IsLocalRequest {
  const findClient = createFindClient(trustedProxies);
  const isLoopback = (address: string | undefined) => loopbackAddress.test(address ?? '');
  return (req) =>
    isLoopback(req.socket.remoteAddress) &&
    isLoopback(findClient(req)) &&
    isLoopbackHost(req.headers.host) &&
    !showsOtherProxy(req);
}

function showsOtherProxy({ headers, httpVersion }: IncomingMessage): boolean {
  const isAccountedFor = headers['x-forwarded-for'] !== undefined;
  const isSign = (name: string) => forwarding.test(name) || (!isAccountedFor && besideForwardedFor.test(name));
  return httpVersion === '1.0' || Object.keys(headers).some(isSign);
}
