import { Agent as HttpAgent, get as httpGet, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, get as httpsGet } from 'node:https';
import { json } from 'node:stream/consumers';
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

/** Built on Node's own client because the global `fetch` takes no proxy of one's own. */
export async function getJson(address: string, request: Request): Promise<{ status: number; body: unknown }> {
  const agent = agentFor(address, request.proxy);
  const options = { agent, headers: request.headers, signal: AbortSignal.timeout(request.timeoutMs) };
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = isHttps(address) ? httpsGet(address, options, resolve) : httpGet(address, options, resolve);
      sent.on('error', reject);
    });
    return { status: response.statusCode ?? 0, body: await json(response) };
  } finally {
    agent.destroy();
  }
}

function isHttps(address: string): boolean {
  return address.startsWith('https:');
}
