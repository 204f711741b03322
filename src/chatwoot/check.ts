import { z } from 'zod';
import { type Check, fail, note, pass } from '../checks/check.ts';
import { judgeClock } from '../checks/clock.ts';
import { describeWay, getText } from '../config/outbound.ts';
import type { ProxySettings } from '../config/proxy.ts';
import { type ChatwootClient, createChatwootClient } from './client.ts';
import { chatwootPaths } from './webhook.ts';
import {
  type AccountWebhook,
  fetchWebhooks,
  missingEvents,
  ourWebhook,
  unneededEvents,
} from './webhooks-of-account.ts';

type Desk = Readonly<{
  baseUrl: string | undefined;
  accountId: number | undefined;
  apiToken: string | undefined;
  webhookSecrets: readonly string[];
}>;

const profile = z.object({ accounts: z.array(z.object({ id: z.number(), role: z.string().optional() })) });
const name = 'chatwoot';
const means = 'Nothing can be read from or written to Chatwoot';

/**
 * Whether the token works and belongs to the account (Chatwoot, GET /api/v1/profile), what its role allows, Chatwoot's
 * clock, and whether its webhook sends the events we read.
 */
export async function checkChatwoot(
  { baseUrl, accountId, apiToken, webhookSecrets }: Desk,
  proxy: ProxySettings,
  publicUrl: string | undefined,
): Promise<Check[]> {
  if (!baseUrl || !apiToken || accountId === undefined)
    return [pass(name, 'CHATWOOT_BASE_URL is not set: cards have a link only if the event contains one')];
  const request = { headers: { 'api-access-token': apiToken }, proxy, timeoutMs: 10_000 };
  const before = new Date();
  const answer = await getText(`${baseUrl}/api/v1/profile`, request).catch(() => undefined);
  const after = new Date();
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
  if (account) {
    const clock = answer.date && judgeClock('chatwoot clock', 'Chatwoot', { theirs: answer.date, before, after });
    const client = createChatwootClient({ baseUrl, accountId, apiToken: () => apiToken }, proxy);
    const webhook = await checkWebhook(client, publicUrl, webhookSecrets).finally(client.close);
    return [roleCheck(account.role ?? 'unknown', account.id), ...(clock ? [clock] : []), ...webhook];
  }
  return [
    fail(name, `the token does not belong to account ${accountId}`, {
      means,
      change: `CHATWOOT_ACCOUNT_ID=${accounts.map(({ id }) => id).join(' or ') || '<the number after /accounts/ in its addresses>'}`,
    }),
  ];
}

function roleCheck(role: string, accountId: number): Check {
  const found = `the token works; its role in account ${accountId} is ${role}`;
  if (role === 'administrator') return pass(name, found);
  return note(name, found, {
    means: 'It sees only the inboxes it is a member of, and cannot read or create webhooks',
    change: 'Make it a member of every inbox it is to work with, or CHATWOOT_API_TOKEN=<the token of an administrator>',
  });
}

const webhookName = 'chatwoot webhook';
const createIt = 'Run: npm run doctor -- --create-webhook';

async function checkWebhook(
  client: ChatwootClient,
  publicUrl: string | undefined,
  secrets: readonly string[],
): Promise<Check[]> {
  const listed = await fetchWebhooks(client);
  if (!listed.ok) {
    if (listed.failure.outcome === 'no-permission')
      return [pass(webhookName, "not checked: only an administrator's token can list webhooks")];
    const found =
      listed.failure.outcome === 'retry-after' ? 'Chatwoot limits the number of requests' : listed.failure.reason;
    return [
      fail(webhookName, found, {
        means: 'It is not known whether Chatwoot sends webhooks to Bellhop',
        change: 'Run the doctor again.',
      }),
    ];
  }
  const ours = ourWebhook(listed.webhooks, publicUrl);
  if (!ours) {
    return [
      fail(webhookName, `none of the ${listed.webhooks.length} webhooks of the account points to Bellhop`, {
        means: 'Bellhop receives nothing from Chatwoot',
        change: publicUrl === undefined ? `PUBLIC_URL=<Bellhop's https address>, then ${createIt}` : createIt,
      }),
    ];
  }
  return [eventsCheck(ours), ...secretCheck(ours, secrets)];
}

function eventsCheck(ours: AccountWebhook): Check {
  const missing = missingEvents(ours);
  const unneeded = unneededEvents(ours);
  // Its page in Chatwoot does not offer this one.
  const isOnlyInbox = missing.every((event) => event === 'inbox_updated');
  if (!isOnlyInbox) {
    return fail(webhookName, `it does not send ${missing.join(', ')}`, {
      means: 'Cards lack what these events contain',
      change: `${createIt} (it corrects the events), or tick them in Chatwoot under Settings → Integrations → Webhooks`,
    });
  }
  if (unneeded.length > 0) {
    return note(webhookName, `it also sends ${unneeded.join(', ')}`, {
      means: 'Bellhop reads none of these; some come with every message',
      change: `${createIt} (it corrects the events), or untick them in Chatwoot under Settings → Integrations → Webhooks`,
    });
  }
  return pass(webhookName, 'it exists and sends what Bellhop reads');
}

function secretCheck({ secret, url }: AccountWebhook, secrets: readonly string[]): Check[] {
  // At the unguessable path no signature is needed; older versions have no secret.
  if (!secret || !url.endsWith(chatwootPaths.webhook)) return [];
  if (secrets.includes(secret)) return [pass('chatwoot secret', 'CHATWOOT_WEBHOOK_SECRET is that of the webhook')];
  return [
    fail('chatwoot secret', 'CHATWOOT_WEBHOOK_SECRET is not the secret of the webhook', {
      means: 'Its events are rejected, and Chatwoot does not retry',
      change: `CHATWOOT_WEBHOOK_SECRET=<the secret shown there>; ${createIt} prints it`,
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
