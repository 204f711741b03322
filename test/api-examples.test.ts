import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Product, secrets, startProduct } from './support/product.ts';

const guide = readFileSync(new URL('../docs/api.md', import.meta.url), 'utf8');
const examples = Array.from(guide.matchAll(/^### (.+)\n\n```bash\n([\s\S]+?)```/gm), ([, title = '', script = '']) => ({
  title,
  script,
}));
const answers = ['Alert forwarded to Telegram', 'Webhook forwarded to Telegram', '{"status":"ok"}', '"success":true'];
const contextKey = 'test-tawk-context-key-0123';

let product: Product;
beforeAll(async () => {
  product = await startProduct({ env: { TAWK_CONTEXT_KEY: contextKey } });
});
afterAll(() => product.stop());

test('the guide has an example of each way to authenticate', () => {
  expect(examples).toHaveLength(answers.length);
});

test.each(examples.map(({ title, script }, index) => ({ title, script, answer: answers[index] })))(
  'the example works as it is written: $title',
  async ({ script, answer }) => {
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
      env: {
        PATH: process.env['PATH'],
        BELLHOP: product.baseUrl,
        CHATWOOT_ALERT_KEY: secrets.alertKey,
        CHATWOOT_WEBHOOK_SECRET: secrets.chatwoot,
        TAWK_WEBHOOK_SECRET: secrets.tawk,
        TAWK_CONTEXT_KEY: contextKey,
      },
    });
    expect(stdout).toContain(answer);
  },
);
