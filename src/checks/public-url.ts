import { describeWay } from '../config/outbound.ts';
import type { ProxySettings } from '../config/proxy.ts';
import { askForHealth, isBellhop } from './bellhop-at.ts';
import { type Check, fail, note, pass } from './check.ts';
import { localAddress } from './port.ts';

type Http = Readonly<{ host: string; port: number; publicUrl: string | undefined }>;

const name = 'PUBLIC_URL';

/** Whether others reach Bellhop at PUBLIC_URL, which can be seen only while it runs. */
export async function checkPublicUrl(http: Http, proxy: ProxySettings): Promise<Check[]> {
  const { publicUrl } = http;
  if (publicUrl === undefined) return [pass(name, 'not set: only webhook mode, the dashboard and links need it')];
  const way = `${publicUrl}/health ${describeWay(publicUrl, proxy)}`;
  const answer = await askForHealth(publicUrl, proxy).catch((error: unknown) => codeOf(error));
  if (answer === 'bellhop') return [pass(name, `Bellhop answers at ${publicUrl}`)];
  const found = typeof answer === 'number' ? `${way} answers ${answer}, not Bellhop` : `${way}: ${wordsOf(answer)}`;
  if (!(await isBellhop(localAddress(http), proxy))) {
    return [
      note(name, `${found}; Bellhop is not running here`, {
        means: 'PUBLIC_URL cannot be checked while Bellhop is stopped',
        change: 'Start Bellhop and run the doctor again.',
      }),
    ];
  }
  return [
    fail(name, `${found}, although Bellhop is running`, {
      means: 'Telegram, Chatwoot and Tawk.to cannot reach it there',
      change: `PUBLIC_URL=<the https address of the proxy>, and let the proxy pass everything to ${localAddress(http)}`,
    }),
  ];
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

function wordsOf(code: string): string {
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'this name cannot be resolved';
    case 'ECONNREFUSED':
      return 'nothing listens there';
    case 'TimeoutError':
    case 'ETIMEDOUT':
      return 'no answer in time';
    default:
      return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|EPROTO|SSL/.test(code)
        ? `its certificate or TLS is not usable (${code})`
        : `no answer (${code})`;
  }
}
