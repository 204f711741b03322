import { readFileSync } from 'node:fs';
import { statusOf } from '../http/errors.ts';
import type { Tag } from '../sources/documentation.ts';
import { errorText } from './error-texts.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const rows = Object.entries(errorText).map(
  ([code, text]) => `| \`${code}\` | ${statusOf[code as keyof typeof statusOf]} | ${text} |`,
);

const description = `Bellhop shows what happens in Chatwoot and Tawk.to in Telegram, where a team works on it.

**Nothing accepted is lost.** Whatever is answered with 2xx was stored before. Anything else was not stored, unless the message says so: send it again.

**Who may send.** A source whose secret is not set answers 503 \`not_configured\`. With ALLOW_UNSIGNED=true, and in the sandbox on this machine, requests may come unsigned; a signature that is present must be right even then.

**Compressed bodies** are taken with \`Content-Encoding: gzip\`. A signature covers the body before compression.

**Limits.** Routes of a source count against a limit a minute and say so in \`RateLimit-Limit\`, \`RateLimit-Remaining\` and \`RateLimit-Reset\` (seconds). An address whose requests fail authentication more than 60 times a minute gets 429 as well.

**Errors** all have one shape; \`error\` is the code:

| code | status | meaning |
|---|---|---|
${rows.join('\n')}`;

export const about = {
  title: 'Bellhop',
  version,
  description,
  license: { name: 'MIT', identifier: 'MIT' },
};

const tagTexts: Readonly<Record<Tag, string>> = {
  'Chatwoot Integration': 'Alerts of bots and shops, and the webhooks of Chatwoot.',
  'Tawk.to': 'The webhooks of Tawk.to, and what a shop tells about its visitors.',
  Operations: 'For those who run Bellhop.',
};

export const tags = Object.entries(tagTexts).map(([name, description]) => ({ name, description }));
