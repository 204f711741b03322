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

const description = `Bellhop shows customer conversations from Chatwoot and Tawk.to in Telegram, where a support team handles them.

**Nothing accepted is lost.** A request is stored before it is answered with 2xx. Anything else was not stored, unless the message says so: send it again.

**Who may send.** A source whose secret is not set answers 503 \`not_configured\`. With ALLOW_UNSIGNED=true, and in the sandbox on this machine, requests may come unsigned; a signature that is present must be right even then.

**Compressed bodies** are accepted with \`Content-Encoding: gzip\`. A signature covers the body before compression.

**Limits.** Requests to a source's routes are limited per minute; the state of the limit is in \`RateLimit-Limit\`, \`RateLimit-Remaining\` and \`RateLimit-Reset\` (seconds). An address whose requests fail authentication more than 60 times a minute gets 429 as well.

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
  'Chatwoot Integration': 'Alerts from bots and shops, and webhooks from Chatwoot.',
  'Tawk.to': 'Webhooks from Tawk.to, and what a shop sends about its visitors.',
  Operations: 'For whoever runs Bellhop.',
};

export const tags = Object.entries(tagTexts).map(([name, description]) => ({ name, description }));
