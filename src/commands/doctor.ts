import { Api } from 'grammy';
import { checkChatwoot } from '../chatwoot/check.ts';
import type { Config } from '../config/config.ts';
import { checkDatabase } from '../checks/database.ts';
import type { Log } from '../log.ts';
import { describeWay } from '../config/outbound.ts';
import { apiClient } from '../telegram/api-client.ts';
import { checkTelegram } from '../telegram/check.ts';
import { type Check, fail, pass } from '../checks/check.ts';

/** `npm run doctor`: checks everything Bellhop needs and prints one line per check. */
export async function runDoctor(_args: readonly string[], config: Config, log: Log): Promise<number> {
  const checks = [
    ...(await checkDatabase(config, log)),
    ...(await telegramChecks(config)),
    ...(await checkChatwoot(config.chatwoot, config.proxy)),
    ...checkSecrets(config),
  ];
  for (const check of checks) console.log(lineOf(check));
  const failed = checks.filter((check) => !check.ok).length;
  console.log(failed === 0 ? '\nAll checks passed.' : `\n${failed} of ${checks.length} checks failed.`);
  return failed === 0 ? 0 : 1;
}

function lineOf(check: Check): string {
  return check.ok ? `ok    ${check.name}: ${check.detail}` : `FAIL  ${check.name}: ${check.detail}. ${check.fix}`;
}

async function telegramChecks(config: Config): Promise<Check[]> {
  const { telegram } = config;
  if (telegram.token === undefined) {
    return [pass('telegram', 'sandbox mode, because TELEGRAM_BOT_TOKEN is not set: nothing to check')];
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
        ? pass(name, 'set')
        : pass(name, `not set: ${what} ${allowUnsigned ? 'are accepted unsigned' : 'are rejected with 503'}`),
    ),
    allowUnsigned && config.telegram.mode !== 'sandbox'
      ? fail(
          'ALLOW_UNSIGNED',
          'anyone who knows the address can post events',
          'Set the secrets and remove ALLOW_UNSIGNED.',
        )
      : pass('ALLOW_UNSIGNED', String(allowUnsigned)),
    sources.some((source) => source.isSet) || allowUnsigned
      ? pass('sources', 'at least one source is configured')
      : fail(
          'sources',
          'no source is configured',
          'Set the secret of each source you use; the README says where to find it.',
        ),
  ];
}
