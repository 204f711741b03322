import { type Check, fail, note, pass } from '../checks/check.ts';
import type { Config } from '../config/config.ts';

type Settings = Pick<Config, 'tawk' | 'appSessionSecret' | 'shopOrigins'>;

/** Whether the settings for shops that use Tawk.to agree with each other. Pure. */
export function checkTawkSettings(settings: Settings): Check[] {
  const found = [...checkHash(settings), ...checkContext(settings), ...checkChatPage(settings)];
  return found.length > 0 ? found : [pass('tawk settings', 'they are consistent')];
}

function checkHash({ tawk, appSessionSecret, shopOrigins }: Settings): Check[] {
  const name = 'tawk secure login';
  const means = '/api/tawk-hash answers 503, so nobody is a verified visitor';
  if (tawk.jsApiKey && !appSessionSecret) {
    const change = 'APP_SESSION_SECRET=<the secret that signs your identity tokens>';
    return [fail(name, 'TAWK_JS_API_KEY is set, but not APP_SESSION_SECRET', { means, change })];
  }
  if (appSessionSecret && !tawk.jsApiKey) {
    const change = 'TAWK_JS_API_KEY=<the key under Administration → Overview → JavaScript API>';
    return [fail(name, 'APP_SESSION_SECRET is set, but not TAWK_JS_API_KEY', { means, change })];
  }
  if (!tawk.jsApiKey) return [];
  const own = [tawk.jsApiKey, appSessionSecret, tawk.contextKey, ...tawk.webhookSecrets].filter(Boolean);
  if (new Set(own).size < own.length) {
    return [
      fail(name, 'two of the secrets for Tawk.to are the same', {
        means:
          'They are three different secrets of Tawk.to and two of your own; with the wrong one, hashes or signatures never match',
        change: 'TAWK_JS_API_KEY, TAWK_WEBHOOK_SECRET, TAWK_CONTEXT_KEY and APP_SESSION_SECRET: each its own value',
      }),
    ];
  }
  if (shopOrigins.length > 0) return [pass(name, `pages of ${shopOrigins.join(', ')} may ask`)];
  return [
    note(name, 'SHOP_ORIGINS is not set', {
      means: 'Only backends and apps can request hashes: browsers block requests from your pages',
      change: 'SHOP_ORIGINS=<the origins of your pages, such as https://shop.example.com>',
    }),
  ];
}

function checkContext({ tawk }: Settings): Check[] {
  const name = 'tawk context';
  if (tawk.contextKey && tawk.webhookSecrets.length === 0) {
    return [
      fail(name, 'TAWK_CONTEXT_KEY is set, but not TAWK_WEBHOOK_SECRET', {
        means: 'What your backend sends about visitors joins no chat, because no chats arrive',
        change: 'TAWK_WEBHOOK_SECRET=<the secret of the webhook in Tawk.to>',
      }),
    ];
  }
  if (tawk.contextKey) return [pass(name, 'TAWK_CONTEXT_KEY is set')];
  if (!tawk.jsApiKey && !tawk.propertyId) return [];
  return [
    note(name, 'TAWK_CONTEXT_KEY is not set', {
      means: 'Cards do not show what the shop knows about a visitor, such as tier, cart and order',
      change: 'TAWK_CONTEXT_KEY=<the output of openssl rand -hex 32>, in your backend too',
    }),
  ];
}

function checkChatPage({ tawk }: Settings): Check[] {
  const name = 'tawk chat page';
  if (Boolean(tawk.propertyId) === Boolean(tawk.widgetId)) return [];
  const missing = tawk.propertyId ? 'TAWK_WIDGET_ID' : 'TAWK_PROPERTY_ID';
  return [
    fail(name, `${missing} is missing`, {
      means: '/chat-page shows no chat',
      change: `${missing}=<from the widget's URL, embed.tawk.to/<property>/<widget>>`,
    }),
  ];
}
