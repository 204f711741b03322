import type { Config } from '../config/config.ts';
import { type Check, fail, pass } from './check.ts';

/** Which sources are accepted, and whether anybody may post. */
export function checkSecrets(config: Config): Check[] {
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
    checkUnsigned(config),
    sources.some((source) => source.isSet) || allowUnsigned
      ? pass('sources', 'at least one source is configured')
      : fail('sources', 'no source is configured', {
          means: 'Every webhook and alert is rejected with 503',
          change: 'CHATWOOT_WEBHOOK_SECRET=<the secret Chatwoot shows>, or TAWK_WEBHOOK_SECRET or CHATWOOT_ALERT_KEY',
        }),
  ];
}

function checkUnsigned({ allowUnsigned, telegram }: Config): Check {
  const name = 'ALLOW_UNSIGNED';
  if (!allowUnsigned) return pass(name, 'false');
  if (telegram.mode === 'sandbox') return pass(name, 'true, for the sandbox');
  return fail(name, 'true', {
    means: 'Anyone who knows the address can post events',
    change: 'ALLOW_UNSIGNED=false, with the secrets set',
  });
}
