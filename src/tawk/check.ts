import { type Check, fail, note, pass } from '../checks/check.ts';
import { describeWay } from '../config/outbound.ts';
import type { ProxySettings } from '../config/proxy.ts';
import { createTawkRest, type RestFailure } from './rest-client.ts';

const name = 'tawk REST';
const means = 'Chats and tickets without a webhook are not imported';

/** Whether Tawk.to accepts the key, and which properties it can see (`property.list`). */
export async function checkTawkRest(
  { restApiKey, restUrl }: Readonly<{ restApiKey: string | undefined; restUrl: string }>,
  proxy: ProxySettings,
): Promise<Check[]> {
  if (!restApiKey) return [pass(name, 'TAWK_REST_API_KEY is not set: chats without a webhook are not looked for')];
  const rest = createTawkRest({ url: restUrl, key: restApiKey, proxy, timeoutMs: 10_000 });
  const answer = await rest.listProperties();
  if (!answer.ok) return [failed(answer.failure, restUrl, proxy)];
  const names = answer.data.map((property) => property.name ?? property.id).join(', ');
  if (names !== '') return [pass(name, `the key works; it sees ${names}`)];
  const change = 'TAWK_REST_API_KEY=<the key of an agent who is a member of the property>';
  return [fail(name, 'the key works, but sees no property', { means, change })];
}

function failed({ kind, detail }: RestFailure, restUrl: string, proxy: ProxySettings): Check {
  switch (kind) {
    case 'refused': {
      const change =
        'Ask Tawk.to for REST access (https://help.tawk.to/article/rest-api); once approved, TAWK_REST_API_KEY=<the key from Edit Profile → REST API Keys>';
      return fail(name, `Tawk.to refuses the key, or has not approved access yet: ${detail}`, { means, change });
    }
    case 'rate-limited':
      return note(name, `Tawk.to limits the calls of this key: ${detail}`, {
        means: 'The key could not be checked',
        change: 'Nothing; try again in some minutes',
      });
    case 'unreachable':
      return fail(name, `${restUrl} cannot be reached ${describeWay(restUrl, proxy)}: ${detail}`, {
        means,
        change: 'Check the network, and TAWK_REST_URL if it is set',
      });
    case 'unexpected':
      return fail(name, `${restUrl} does not answer as Tawk.to does: ${detail}`, {
        means,
        change: 'TAWK_REST_URL=https://api.tawk.to/v1, or remove it',
      });
  }
}
