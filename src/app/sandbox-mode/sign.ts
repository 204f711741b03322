import { createHmac } from 'node:crypto';
import type { Sign } from '../../api-docs/sign-route.ts';

type Secrets = Readonly<{
  alertKey: string | undefined;
  chatwootSecret: string | undefined;
  tawkSecret: string | undefined;
  contextKey: string | undefined;
}>;

/** Signs as each source would, so that the documentation can be tried in the sandbox. */
export function createSign({ alertKey, chatwootSecret, tawkSecret, contextKey }: Secrets, now: () => Date): Sign {
  const timed = (name: string, secret: string, body: string) => {
    const timestamp = String(Math.floor(now().getTime() / 1000));
    const mac = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
    return { [`X-${name}-Timestamp`]: timestamp, [`X-${name}-Signature`]: `sha256=${mac}` };
  };
  return (scheme, body) => {
    switch (scheme) {
      case 'AlertKey':
      case 'AlertKeyHeader':
        return alertKey ? { Authorization: `Bearer ${alertKey}` } : {};
      case 'ChatwootSignature':
        return chatwootSecret ? timed('Chatwoot', chatwootSecret, body) : {};
      case 'TawkSignature':
        return tawkSecret ? { 'X-Tawk-Signature': createHmac('sha1', tawkSecret).update(body).digest('hex') } : {};
      case 'ContextSignature':
        return contextKey ? timed('Bellhop', contextKey, body) : {};
      // Identity tokens are the shop's to sign, and Telegram's secret is Telegram's.
      case 'IdentityToken':
      case 'TelegramSecret':
        return {};
    }
  };
}
