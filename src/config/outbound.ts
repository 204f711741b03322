import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { type ProxySettings, proxyFor } from './proxy.ts';

/** Connections to one address that are kept open, through the proxy that is set for it. */
export function agentFor(address: string, settings: ProxySettings): HttpAgent {
  const proxy = proxyFor(address, settings)?.url;
  const options = {
    keepAlive: true,
    proxyEnv: proxy === undefined ? {} : { HTTP_PROXY: proxy, HTTPS_PROXY: proxy },
  };
  return isHttps(address) ? new HttpsAgent(options) : new HttpAgent(options);
}

/** Which proxy is used for an address, without its password. */
export function describeWay(address: string, settings: ProxySettings): string {
  const proxy = proxyFor(address, settings);
  return proxy ? `(proxy ${new URL(proxy.url).host}, ${proxy.variable})` : '(no proxy)';
}

type Request = Readonly<{ headers: Record<string, string>; proxy: ProxySettings; timeoutMs: number }>;

/** One GET over a connection of its own. */
export async function getText(address: string, { headers, proxy, timeoutMs }: Request): Promise<RawAnswer> {
  const agent = agentFor(address, proxy);
  try {
    return await sendRequest(address, { method: 'GET', headers, agent, timeoutMs });
  } finally {
    agent.destroy();
  }
}

/** `retryAfter`: seconds, where the answer names them. `date`: the server's clock. */
export type RawAnswer = Readonly<{
  status: number;
  text: string;
  retryAfter: number | undefined;
  date?: Date | undefined;
}>;

/** One request over the agent's connections. Throws what Node throws; `TimeoutError` when the whole answer takes too long. */
export async function sendRequest(
  address: string,
  request: Readonly<{
    method: string;
    headers: Record<string, string>;
    agent: HttpAgent;
    timeoutMs: number;
    body?: string | Buffer;
    /** Ends the request early. */
    stopping?: AbortSignal | undefined;
  }>,
): Promise<RawAnswer> {
  const { method, headers, agent, timeoutMs, body, stopping } = request;
  const timeOut = AbortSignal.timeout(timeoutMs);
  const signal = stopping ? AbortSignal.any([timeOut, stopping]) : timeOut;
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const options = { method, agent, signal, headers: { ...headers, ...length } };
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = isHttps(address) ? httpsRequest(address, options, resolve) : httpRequest(address, options, resolve);
      sent.on('error', reject).end(body);
    });
    const seconds = Number(response.headers['retry-after']);
    const date = Date.parse(response.headers.date ?? '');
    return {
      status: response.statusCode ?? 0,
      text: await text(response),
      retryAfter: seconds > 0 ? seconds : undefined,
      date: Number.isNaN(date) ? undefined : new Date(date),
    };
  } catch (error) {
    // Node throws its own error for an aborted request; the signal knows why it was aborted.
    throw signal.aborted ? signal.reason : error;
  }
}

/** An answer whose body is still coming. `date`: by the clock of who answered. */
export type StreamedAnswer = Readonly<{
  status: number;
  date: Date | undefined;
  retryAfter: number | undefined;
  chunks: AsyncIterable<Buffer>;
}>;

/** As `sendRequest`, for an answer too large to be held whole. `timeoutMs` is for all of it. */
export async function streamRequest(
  address: string,
  request: Readonly<{ headers: Record<string, string>; agent: HttpAgent; timeoutMs: number }>,
): Promise<StreamedAnswer> {
  const { headers, agent, timeoutMs } = request;
  const signal = AbortSignal.timeout(timeoutMs);
  const options = { method: 'GET', agent, signal, headers };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = isHttps(address) ? httpsRequest(address, options, resolve) : httpRequest(address, options, resolve);
    sent.on('error', (error) => reject(signal.aborted ? signal.reason : error)).end();
  });
  const date = new Date(response.headers.date ?? '');
  const seconds = Number(response.headers['retry-after']);
  return {
    status: response.statusCode ?? 0,
    date: Number.isNaN(date.getTime()) ? undefined : date,
    retryAfter: seconds > 0 ? seconds : undefined,
    chunks: response,
  };
}

/** A file of at most `maxBytes`; undefined when there is none, or a larger one. Throws what Node throws. */
export async function fetchFile(
  address: string,
  request: Readonly<{ proxy: ProxySettings; timeoutMs: number; maxBytes: number }>,
): Promise<Buffer | undefined> {
  const agent = agentFor(address, request.proxy);
  const options = { agent, signal: AbortSignal.timeout(request.timeoutMs) };
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = isHttps(address) ? httpsRequest(address, options, resolve) : httpRequest(address, options, resolve);
      sent.on('error', reject).end();
    });
    if (response.statusCode !== 200) return undefined;
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response) {
      bytes += chunk.length;
      if (bytes > request.maxBytes) return undefined;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } finally {
    agent.destroy();
  }
}

/** Failures before a byte of the request was written: in resolving names, connecting and TLS handshakes. */
const neverWritten =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EPROTO|CERT_\w+|ERR_(TLS|SSL)_\w+|DEPTH_ZERO_\w+|SELF_SIGNED_\w+|UNABLE_TO_\w+|UND_ERR_CONNECT_TIMEOUT)$/;

/** Whether a call failed before anything of it was sent. */
export function isNeverWritten({ code, message }: { code: string; message: string }): boolean {
  return neverWritten.test(code) || /\bconnect ETIMEDOUT\b/.test(message);
}

function isHttps(address: string): boolean {
  return address.startsWith('https:');
}
