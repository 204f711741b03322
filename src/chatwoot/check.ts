import { z } from 'zod';
import type { ProxySettings } from '../config/proxy.ts';
import { describeWay, getJson } from '../config/outbound.ts';
import { type Check, fail, pass } from '../checks/check.ts';

type Desk = Readonly<{ baseUrl: string | undefined; accountId: number | undefined; apiToken: string | undefined }>;

const profile = z.object({ accounts: z.array(z.object({ id: z.number(), role: z.string().optional() })) });
const name = 'chatwoot';

/** Whether the token works and belongs to the account (Chatwoot, GET /api/v1/profile). */
export async function checkChatwoot({ baseUrl, accountId, apiToken }: Desk, proxy: ProxySettings): Promise<Check[]> {
  if (!baseUrl || !apiToken)
    return [pass(name, 'CHATWOOT_BASE_URL is not set: cards have a link only if the event contains one')];
  try {
    const { status, body } = await getJson(`${baseUrl}/api/v1/profile`, {
      headers: { 'api-access-token': apiToken },
      proxy,
      timeoutMs: 10_000,
    });
    if (status === 401)
      return [fail(name, 'it rejects the token', 'Copy CHATWOOT_API_TOKEN from Profile Settings → Access Token.')];
    const parsed = profile.safeParse(body);
    if (status !== 200 || !parsed.success) {
      return [fail(name, `unexpected response (HTTP ${status})`, 'Check CHATWOOT_BASE_URL.')];
    }
    const account = parsed.data.accounts.find(({ id }) => id === accountId);
    return account
      ? [pass(name, `the token works; its role in account ${account.id} is ${account.role ?? 'unknown'}`)]
      : [
          fail(
            name,
            `the token does not belong to account ${accountId}`,
            'Correct CHATWOOT_ACCOUNT_ID (the number after /accounts/ in its addresses).',
          ),
        ];
  } catch {
    return [
      fail(
        name,
        `${baseUrl} cannot be reached ${describeWay(baseUrl, proxy)}`,
        'Check CHATWOOT_BASE_URL, the network and the certificate.',
      ),
    ];
  }
}
