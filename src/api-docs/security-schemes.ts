import type { SecurityScheme } from '../sources/documentation.ts';
import type { ErrorCode } from '../sources/refusal.ts';

type Described = Readonly<{
  scheme: Readonly<Record<string, string>>;
  /** Headers that the signature needs beside its own. */
  with?: readonly Readonly<{ name: string; description: string }>[];
  errors: readonly ErrorCode[];
}>;

const unixTime =
  'Unix time in whole seconds, at most 5 minutes off. The signature covers it, so a repeated request needs a new one.';

const alertKeyErrors = ['unauthorized', 'not_configured'] as const;
const signatureErrors = ['invalid_signature', 'not_configured'] as const;

export const securitySchemes: Readonly<Record<SecurityScheme, Described>> = {
  AlertKey: {
    scheme: {
      type: 'http',
      scheme: 'bearer',
      description: 'The value of CHATWOOT_ALERT_KEY: `Authorization: Bearer <key>`.',
    },
    errors: alertKeyErrors,
  },
  AlertKeyHeader: {
    scheme: { type: 'apiKey', in: 'header', name: 'X-Api-Key', description: 'The value of CHATWOOT_ALERT_KEY.' },
    errors: alertKeyErrors,
  },
  ChatwootSignature: {
    scheme: {
      type: 'apiKey',
      in: 'header',
      name: 'X-Chatwoot-Signature',
      description:
        '`sha256=` + hex HMAC-SHA256(CHATWOOT_WEBHOOK_SECRET, `X-Chatwoot-Timestamp` + `.` + body), over the bytes of the body exactly as they are sent.',
    },
    with: [{ name: 'X-Chatwoot-Timestamp', description: unixTime }],
    errors: signatureErrors,
  },
  TawkSignature: {
    scheme: {
      type: 'apiKey',
      in: 'header',
      name: 'X-Tawk-Signature',
      description:
        'Hex HMAC-SHA1(TAWK_WEBHOOK_SECRET, body), over the bytes of the body exactly as they are sent; no prefix.',
    },
    errors: signatureErrors,
  },
  ContextSignature: {
    scheme: {
      type: 'apiKey',
      in: 'header',
      name: 'X-Bellhop-Signature',
      description:
        '`sha256=` + hex HMAC-SHA256(TAWK_CONTEXT_KEY, `X-Bellhop-Timestamp` + `.` + body), over the bytes of the body exactly as they are sent. Sign on your server only.',
    },
    with: [{ name: 'X-Bellhop-Timestamp', description: unixTime }],
    errors: signatureErrors,
  },
  IdentityToken: {
    scheme: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description:
        'A JWT that your backend signed for the customer who is signed in: HS256 with APP_SESSION_SECRET, with `exp`, and `email` or `sub` or both.',
    },
    errors: ['unauthorized', 'not_configured'],
  },
  TelegramSecret: {
    scheme: {
      type: 'apiKey',
      in: 'header',
      name: 'X-Telegram-Bot-Api-Secret-Token',
      description: 'The secret that Bellhop gives to Telegram with `setWebhook`.',
    },
    errors: ['unauthorized'],
  },
};
