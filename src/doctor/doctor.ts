import { Api } from 'grammy';
import { checkChatwoot } from '../chatwoot/check.ts';
import type { Config } from '../config/config.ts';
import { checkDatabase } from './check-database.ts';
import type { Log } from '../log.ts';
import { describeWay } from '../outbound.ts';
import { apiClient } from '../telegram/api-client.ts';
import { checkTelegram } from '../telegram/check.ts';
import { type Check, ill, well } from './check.ts';

/** `npm run doctor`: looks at everything a running Bellhop needs, a line each. True when all is well. */
export async function runDoctor(config: Config, log: Log): Promise<boolean> {
  const checks = [
    ...(await checkDatabase(config, log)),
    ...(await telegramChecks(config)),
    ...(await checkChatwoot(config.chatwoot, config.proxy)),
    ...checkSecrets(config),
  ];
  for (const check of checks) console.log(lineOf(check));
  const wrong = checks.filter((check) => !check.ok).length;
  console.log(wrong === 0 ? '\nAll is well.' : `\n${wrong} of ${checks.length} checks need a hand.`);
  return wrong === 0;
}

function lineOf(check: Check): string {
  return check.ok ? `ok    ${check.name}: ${check.detail}` : `WRONG ${check.name}: ${check.detail}. ${check.fix}`;
}

async function telegramChecks(config: Config): Promise<Check[]> {
  const { telegram } = config;
  if (telegram.token === undefined) {
    return [well('telegram', 'sandbox mode (TELEGRAM_BOT_TOKEN is not set): nothing outside to check')];
  }
  const places = telegram.chat ? [{ chatId: telegram.chat.chatId, threadId: telegram.chat.threadId ?? null }] : [];
  const api = new Api(
    telegram.token,
    apiClient({ apiRoot: telegram.apiRoot, proxy: config.proxy, timeoutSeconds: 10 }),
  );
  return checkTelegram({
    api,
    way: describeWay(telegram.apiRoot, config.proxy),
    places,
    adminIds: telegram.adminIds,
    mode: telegram.mode,
    publicUrl: config.http.publicUrl,
  });
}

function checkSecrets(config: Config): Check[] {
  const { chatwoot, tawk, allowUnsigned } = config;
  const sources = [
    { name: 'CHATWOOT_WEBHOOK_SECRET', isSet: chatwoot.webhookSecrets.length > 0, what: 'Chatwoot webhooks' },
    { name: 'CHATWOOT_ALERT_KEY', isSet: chatwoot.alertKey !== undefined, what: 'alerts and test messages' },
    { name: 'TAWK_WEBHOOK_SECRET', isSet: tawk.webhookSecrets.length > 0, what: 'Tawk.to webhooks' },
  ];
  return [
    ...sources.map(({ name, isSet, what }) =>
      isSet
        ? well(name, 'set')
        : well(name, `not set: ${what} ${allowUnsigned ? 'are accepted unsigned' : 'are answered 503'}`),
    ),
    allowUnsigned && config.telegram.mode !== 'sandbox'
      ? ill(
          'ALLOW_UNSIGNED',
          'anyone who knows the address can post events',
          'Set the secrets and take ALLOW_UNSIGNED away.',
        )
      : well('ALLOW_UNSIGNED', String(allowUnsigned)),
    sources.some((source) => source.isSet) || allowUnsigned
      ? well('sources', 'at least one may post')
      : ill(
          'sources',
          'nobody may post anything',
          'Set the secret of each source that shall post; the README says where to find it.',
        ),
  ];
}
