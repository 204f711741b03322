import { z } from 'zod';
import type { ProxySettings } from '../config/proxy.ts';
import { describeWay, getJson } from '../outbound.ts';
import { type Check, ill, well } from '../doctor/check.ts';

type Desk = Readonly<{ baseUrl: string | undefined; accountId: number | undefined; apiToken: string | undefined }>;

const profile = z.object({ accounts: z.array(z.object({ id: z.number(), role: z.string().optional() })) });
const name = 'chatwoot';

/** Whether the token works and belongs to the account (Chatwoot, GET /api/v1/profile). */
export async function checkChatwoot({ baseUrl, accountId, apiToken }: Desk, proxy: ProxySettings): Promise<Check[]> {
  if (!baseUrl || !apiToken) return [well(name, 'CHATWOOT_BASE_URL is not set: cards have no links of our own')];
  try {
    const { status, body } = await getJson(`${baseUrl}/api/v1/profile`, {
      headers: { 'api-access-token': apiToken },
      proxy,
      timeoutMs: 10_000,
    });
    if (status === 401)
      return [ill(name, 'it refuses the token', 'Copy CHATWOOT_API_TOKEN from Profile Settings → Access Token.')];
    const parsed = profile.safeParse(body);
    if (status !== 200 || !parsed.success) {
      return [ill(name, `it answers ${status}, not like Chatwoot`, 'Check CHATWOOT_BASE_URL.')];
    }
    const account = parsed.data.accounts.find(({ id }) => id === accountId);
    return account
      ? [well(name, `the token is ${account.role ?? 'a member'} of account ${account.id}`)]
      : [
          ill(
            name,
            `the token does not belong to account ${accountId}`,
            'Correct CHATWOOT_ACCOUNT_ID (the number after /accounts/ in its addresses).',
          ),
        ];
  } catch {
    return [
      ill(
        name,
        `${baseUrl} cannot be reached ${describeWay(baseUrl, proxy)}`,
        'Check CHATWOOT_BASE_URL, the network and the certificate.',
      ),
    ];
  }
}
