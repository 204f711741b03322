import { globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * The folders and root files of src, top to bottom. A file may import its own folder and what stands below it, never
 * a neighbour in the same row. A new folder must be put into a row before anything imports it.
 */
const layers: readonly (readonly string[])[] = [
  ['main.ts'],
  ['program.ts'],
  ['commands'],
  ['app.ts'],
  ['app'],
  ['api-docs', 'dashboard'],
  ['telegram', 'chatwoot', 'tawk', 'http'],
  ['charts', 'digest'],
  ['inbound', 'storms', 'chats', 'stats', 'exports', 'retention', 'settings', 'replies', 'reminders', 'shifts'],
  ['search'],
  ['incidences', 'quiet'],
  ['escalation', 'duty'],
  ['routes'],
  ['sources', 'people'],
  ['transcripts'],
  ['delivery'],
  ['checks'],
  ['database'],
  ['config'],
  ['log.ts', 'tracing'],
];

/** Outside packages that only these places may import. */
const reserved: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^(grammy|@grammyjs\/)/, ['telegram', 'app', 'commands']],
  [/^express$/, ['http', 'api-docs', 'dashboard', 'app']],
  [/^telegram-sandbox/, ['app', 'app.ts']],
];

const files = globSync('src/**/*.ts').filter((file) => !file.endsWith('.test.ts'));
const imports = files.flatMap((file) =>
  Array.from(readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g), (match) => ({
    file,
    specifier: match[1] ?? '',
  })),
);

/** The folder below src, or the file's own name at its root. */
function roomOf(path: string): string {
  return path.split('/')[1] ?? '';
}

function layerOf(room: string): number {
  return layers.findIndex((row) => row.includes(room));
}

describe('layers', () => {
  it('gives every folder and root file of src a place', () => {
    expect(files.map(roomOf).filter((room) => layerOf(room) === -1)).toEqual([]);
  });

  it('lets imports point down only', () => {
    const wrong = imports.filter(({ file, specifier }) => {
      if (!specifier.startsWith('.')) return false;
      const target = posix.join(posix.dirname(file), specifier);
      if (!target.startsWith('src/')) return true;
      const [from, to] = [roomOf(file), roomOf(target)];
      return from !== to && layerOf(from) >= layerOf(to);
    });
    expect(wrong.map(({ file, specifier }) => `${file} imports ${specifier}`)).toEqual([]);
  });

  it('keeps the libraries of the edges out of the domain', () => {
    const wrong = imports.filter(({ file, specifier }) =>
      reserved.some(([library, rooms]) => library.test(specifier) && !rooms.includes(roomOf(file))),
    );
    expect(wrong.map(({ file, specifier }) => `${file} imports ${specifier}`)).toEqual([]);
  });
});
