import { createChatwootClient } from '../chatwoot/client.ts';
import { provideWebhook } from '../chatwoot/webhooks-of-account.ts';
import type { Config } from '../config/config.ts';

/** `npm run doctor -- --create-webhook`: Chatwoot's webhook to Bellhop, with the events it reads; prints the line for `.env`. */
export async function createWebhook({ chatwoot, http, proxy }: Config): Promise<number> {
  const { baseUrl, accountId, apiToken, webhookSecrets } = chatwoot;
  if (!baseUrl || accountId === undefined || !apiToken || !http.publicUrl) {
    console.error(
      'Set CHATWOOT_BASE_URL, CHATWOOT_ACCOUNT_ID, CHATWOOT_API_TOKEN (of an administrator) and PUBLIC_URL, the https address at which Chatwoot reaches Bellhop.',
    );
    return 1;
  }
  const client = createChatwootClient({ baseUrl, accountId, apiToken: () => apiToken }, proxy);
  const provided = await provideWebhook(client, http.publicUrl).finally(client.close);
  if (!provided.ok) {
    const { failure } = provided;
    if (failure.outcome === 'no-permission')
      console.error("Chatwoot does not let this token create webhooks: use an administrator's for this.");
    else
      console.error(
        failure.outcome === 'retry-after' ? 'Chatwoot limits the number of requests: try again.' : failure.reason,
      );
    return 1;
  }
  const { webhook, what } = provided;
  const said = { created: 'Created', corrected: 'Corrected the events of', unchanged: 'Already there:' }[what];
  console.log(`${said} the webhook to ${http.publicUrl} in account ${accountId}.`);
  if (!webhook.secret) {
    console.log(
      'This Chatwoot has no secrets for webhooks (it needs 4.11.2): use the address with CHATWOOT_ALERT_KEY.',
    );
  } else if (webhookSecrets.includes(webhook.secret)) {
    console.log('CHATWOOT_WEBHOOK_SECRET is set to its secret already.');
  } else {
    console.log(
      `Put this line into .env and restart Bellhop:\n\nCHATWOOT_WEBHOOK_SECRET=${[webhook.secret, ...webhookSecrets].join(',')}`,
    );
  }
  return 0;
}
