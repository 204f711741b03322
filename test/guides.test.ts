import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** `<!-- path -->` above a code block: the block is that file. */
const quote = /<!-- (examples\/\S+) -->\n```\w+\n([\s\S]*?)```/g;

test('the guide for shops quotes the examples as they are', () => {
  const guide = readFileSync(new URL('../docs/tawk.md', import.meta.url), 'utf8');
  const quotes = [...guide.matchAll(quote)];
  expect(quotes.map(([, path]) => path)).toEqual([
    'examples/web/index.html',
    'examples/web/support.js',
    'examples/web/backend.ts',
    'examples/react-native/SupportChat.tsx',
    'examples/react-native/ChatContextManager.ts',
    'examples/react-native/App.tsx',
  ]);
  for (const [, path, quoted] of quotes) {
    expect(quoted, path).toBe(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8'));
  }
});
