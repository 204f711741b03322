import { createHmac } from 'node:crypto';
import { errors, jwtVerify } from 'jose';
import type { Answer, Arrival, Operation } from '../sources/endpoint.ts';
import { Refusal } from '../sources/refusal.ts';
import { visitorHashDocs } from './documentation.ts';

export type VisitorHashSettings = Readonly<{
  /** TAWK_JS_API_KEY: makes the hashes. */
  jsApiKey: string | undefined;
  /** APP_SESSION_SECRET: signs the shop's identity tokens. */
  sessionSecret: string | undefined;
  /** SHOP_ORIGINS: the pages that may request hashes. */
  origins: readonly string[];
}>;

/** How far the shop's clock and ours may differ. */
const clockToleranceSeconds = 60;

const howToConfigure =
  'Secure login is not set up. Set TAWK_JS_API_KEY to the JavaScript API key of the Tawk.to property and APP_SESSION_SECRET to the secret that signs your identity tokens, and restart.';
const howToAuthenticate =
  'Send "Authorization: Bearer <identity token>": a JWT that your backend signed for the customer who is signed in (HS256 with APP_SESSION_SECRET, with exp and email or sub).';

/**
 * The hashes with which Tawk.to's secure mode believes who a visitor is: of the e-mail for the visitor object, of the
 * user id for `login()`. Who it is comes from the token alone, so that nobody gets the hash of somebody else.
 */
export function visitorHash(settings: VisitorHashSettings): Operation {
  return {
    method: 'get',
    path: '/api/tawk-hash',
    docs: visitorHashDocs,
    headers: { 'Cache-Control': 'no-store' },
    cors: { origins: settings.origins, requestHeaders: ['Authorization'] },
    perform: async (arrival) => {
      const { jsApiKey, sessionSecret } = settings;
      if (!jsApiKey || !sessionSecret) throw new Refusal('not_configured', howToConfigure);
      return hashesOf(await identityIn(arrival, sessionSecret), jsApiKey);
    },
  };
}

type Identity = Readonly<{ email: string | undefined; userId: string | undefined }>;

function hashesOf({ email, userId }: Identity, jsApiKey: string): Answer {
  const hash = (text: string) => createHmac('sha256', jsApiKey).update(text).digest('hex');
  return {
    status: 200,
    body: {
      ...(email !== undefined && { hash: hash(email), email }),
      ...(userId !== undefined && { userIdHash: hash(userId), userId }),
    },
  };
}

async function identityIn({ header, now }: Arrival, sessionSecret: string): Promise<Identity> {
  const token = /^Bearer +([^ ]+)$/i.exec(header('authorization')?.trim() ?? '')?.[1];
  if (token === undefined) throw new Refusal('unauthorized', `The identity token is missing. ${howToAuthenticate}`);
  const { payload } = await jwtVerify(token, new TextEncoder().encode(sessionSecret), {
    algorithms: ['HS256'],
    requiredClaims: ['exp'],
    clockTolerance: clockToleranceSeconds,
    currentDate: now,
  }).catch((error: unknown) => {
    throw new Refusal('unauthorized', adviceFor(error));
  });
  const email = textOf(payload['email']).trim().toLowerCase() || undefined;
  const userId = textOf(payload.sub) || undefined;
  if (email === undefined && userId === undefined)
    throw new Refusal('unauthorized', 'The identity token names nobody: put email or sub, or both, into it.');
  return { email, userId };
}

/** Many systems number their users. */
function textOf(claim: unknown): string {
  return typeof claim === 'string' || Number.isSafeInteger(claim) ? String(claim) : '';
}

/** The library's own words may quote the token. */
function adviceFor(error: unknown): string {
  if (error instanceof errors.JWTExpired)
    return 'The identity token has expired: let your backend issue a new one. Check the clocks of both machines if it is new.';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'exp') return 'The identity token has no exp, or one that is not a number of seconds: add it.';
    if (error.claim === 'nbf') return 'The identity token is not valid yet (nbf): check the clocks of both machines.';
    return 'A claim of the identity token is not valid.';
  }
  if (error instanceof errors.JOSEAlgNotAllowed)
    return 'The identity token is signed with another algorithm than HS256: sign it with HS256.';
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return 'The signature of the identity token is wrong: sign it with the value of APP_SESSION_SECRET as it is, without decoding it.';
  return `The identity token is not a signed JWT. ${howToAuthenticate}`;
}
