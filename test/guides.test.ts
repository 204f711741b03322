import { existsSync, readFileSync } from 'node:fs';
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

test.each(['CONTRIBUTING.md', 'docs/architecture.md', 'docs/operating.md', 'docs/security.md'])(
  'every file that %s names is there',
  (guide) => {
    const root = new URL('../', import.meta.url);
    const text = readFileSync(new URL(guide, root), 'utf8');
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(
      ([, path = '']) => new URL(path, new URL(guide, root)),
    );
    const sources = [...text.matchAll(/(?<![\w/.-])((?:[a-z][\w-]*\/)+(?:[\w-]+\.(?:test\.)?ts)?)(?=[\s`,;:)])/g)]
      .map(([, path = '']) => path)
      .filter((path) => path.endsWith('.ts') || path.startsWith('telegram/'));
    for (const link of links) expect(existsSync(link), link.pathname).toBe(true);
    for (const path of sources) {
      const places = [new URL(path, root), new URL(`src/${path}`, root), new URL(`src/telegram/${path}`, root)];
      expect(
        places.some((place) => existsSync(place)),
        path,
      ).toBe(true);
    }
    expect(links.length + sources.length).toBeGreaterThan(4);
  },
);
