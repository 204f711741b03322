import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventNameOf, readBody } from './payload.ts';
import { shows } from './verdict.ts';
import { createTranslateChatwoot } from './translate.ts';

const folder = join(import.meta.dirname, '../../test/fixtures/chatwoot');
const names = readdirSync(folder).filter((name) => name.endsWith('.json') && name !== 'INDEX.json');
const translate = createTranslateChatwoot({});

const variants: readonly ((body: Record<string, unknown>) => unknown)[] = [
  (body) => body,
  (body) => ({ ...body, private: true }),
  (body) => ({ ...body, id: undefined }),
  (body) => ({ ...body, status: 'unheard-of' }),
  (body) => ({ ...body, message_type: 0 }),
  (body) => ({ ...body, message_type: 'outgoing' }),
  (body) => ({ ...body, conversation: null }),
  (body) => ({ ...body, conversation: { id: 7, status: 'pending' } }),
  (body) => ({ ...body, event: 'message_updated', attachments: [{ file_type: 'audio', transcribed_text: 'words' }] }),
  (body) => ({ ...body, content_attributes: { email: { auto_reply: true } } }),
];

test.each(names)('%s: says it shows just when its translation does', (name) => {
  const original = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, unknown>;
  for (const vary of variants) {
    const rawBody = Buffer.from(JSON.stringify(vary(original)));
    const body = readBody(rawBody);
    const event = body.ok ? (eventNameOf(body.value) ?? '') : '';
    const meaning = translate({ event, rawBody, receivedAt: new Date() });
    const onlyChangesACard = ['answered', 'send-failed', 'deleted'];
    const isShown =
      meaning.kind === 'notice' || (meaning.kind === 'event' && !onlyChangesACard.includes(meaning.event.change.kind));
    expect(body.ok && shows(event, body.value), `${name} as ${rawBody.toString().slice(0, 200)}`).toBe(isShown);
  }
});
