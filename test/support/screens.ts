import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import type { Message } from 'telegram-sandbox';
import { expect } from 'vitest';
import { buttonsOf } from './chat.ts';

const file = new URL('../../docs/screens.md', import.meta.url);

/** A chapter of docs/screens.md: what people typed and pressed, and what they saw. */
export type Chapter = Readonly<{
  heading: (text: string) => void;
  /** A sentence between the screens. */
  tell: (text: string) => void;
  typed: (who: string, text: string) => void;
  pressed: (who: string, button: string, toast: string | undefined) => void;
  saw: (message: Message | undefined) => void;
  /** The same on a phone, as `npm run screens` takes it. */
  picture: (name: string, about: string) => void;
  /** Fails where docs/screens.md shows something else; with WRITE_SCREENS set it is written instead. */
  finish: () => Promise<void>;
}>;

/** `name`: of the two comments in docs/screens.md between which the chapter stands. */
export function createChapter(name: string): Chapter {
  const parts: string[] = [];
  return {
    heading: (text) => parts.push(`### ${text}`),
    tell: (text) => parts.push(text),
    typed: (who, text) => parts.push(`**${who}** sends \`${text}\``),
    pressed: (who, button, toast) => parts.push(`**${who}** presses **${button}**${toast ? `: _${toast}_` : ''}`),
    saw: (message) => {
      if (!message) throw new Error('there is no such message');
      const buttons = buttonsOf(message).map((button) => `[ ${button} ]`);
      const rows = buttons.length > 0 ? `\n\n${buttons.join(' ')}` : '';
      parts.push(`\`\`\`text\n${message.text}${rows}\n\`\`\``);
    },
    picture: (picture, about) => {
      expect(existsSync(new URL(`${picture}.png`, file)), `docs/${picture}.png: npm run screens takes it`).toBe(true);
      parts.push(`<img src="${picture}.png" width="320" alt="${about}">`);
    },
    finish: async () => {
      const text = await readFile(file, 'utf8');
      const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
      const [from, to] = [text.indexOf(begin), text.indexOf(end)];
      if (from < 0 || to < 0) throw new Error(`docs/screens.md has no place for ${name}: ${begin} … ${end}`);
      const chapter = `${begin}\n\n${parts.join('\n\n')}\n\n`;
      if (process.env['WRITE_SCREENS']) await writeFile(file, `${text.slice(0, from)}${chapter}${text.slice(to)}`);
      else expect(text.slice(from, to), 'run with WRITE_SCREENS=1 after a change').toBe(chapter);
    },
  };
}
