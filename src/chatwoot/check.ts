import { z } from 'zod';
import { type Check, fail, pass } from '../checks/check.ts';
import { describeWay, getText } from '../config/outbound.ts';
import type { ProxySettings } from '../config/proxy.ts';

type Desk = Readonly<{ baseUrl: string | undefined; accountId: number | undefined; apiToken: string | undefined }>;

const profile = z.object({ accounts: z.array(z.object({ id: z.number(), role: z.string().optional() })) });
const name = 'chatwoot';
const means = 'Nothing can be read from or written to Chatwoot';

/** Whether the token works and belongs to the account (Chatwoot, GET /api/v1/profile). */
export async function checkChatwoot({ baseUrl, accountId, apiToken }: Desk, proxy: ProxySettings): Promise<Check[]> {
  if (!baseUrl || !apiToken)
    return [pass(name, 'CHATWOOT_BASE_URL is not set: cards have a link only if the event contains one')];
  const request = { headers: { 'api-access-token': apiToken }, proxy, timeoutMs: 10_000 };
  const answer = await getText(`${baseUrl}/api/v1/profile`, request).catch(() => undefined);
  if (!answer) {
    return [
      fail(name, `${baseUrl} cannot be reached ${describeWay(baseUrl, proxy)}`, {
        means,
        change: 'CHATWOOT_BASE_URL=<its address>; if that is right, check the network and the certificate',
      }),
    ];
  }
  if (answer.status === 401) {
    return [
      fail(name, 'it rejects the token', {
        means,
        change: 'CHATWOOT_API_TOKEN=<the access token from Profile Settings in Chatwoot>',
      }),
    ];
  }
  const parsed = profile.safeParse(jsonOf(answer.text));
  if (answer.status !== 200 || !parsed.success) {
    return [
      fail(name, `${baseUrl} answers HTTP ${answer.status}, which is not Chatwoot's answer`, {
        means,
        change: 'CHATWOOT_BASE_URL=<the address of Chatwoot, without a path>',
      }),
    ];
  }
  const { accounts } = parsed.data;
  const account = accounts.find(({ id }) => id === accountId);
  if (account)
    return [pass(name, `the token works; its role in account ${account.id} is ${account.role ?? 'unknown'}`)];
  return [
    fail(name, `the token does not belong to account ${accountId}`, {
      means,
      change: `CHATWOOT_ACCOUNT_ID=${accounts.map(({ id }) => id).join(' or ') || '<the number after /accounts/ in its addresses>'}`,
    }),
  ];
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
