import fc from 'fast-check';
import { expect, test } from 'vitest';
import { transcriptFileName } from './file-name.ts';

test.each([
  ['Priya', 'priya'],
  ['Asha Rao', 'asha-rao'],
  ["  Sinéad O'Connor-Müller ", 'sinead-oconnor-muller'],
  ['प्रिया शर्मा', 'प्रिया-शर्मा'],
  ['Мария', 'мария'],
  ['佐藤 花子', '佐藤-花子'],
  ['محمد', 'محمد'],
  ['../../etc/passwd', 'etc-passwd'],
  ['a\u0000b\r\nc"; filename=x', 'a-b-c-filename-x'],
  ['invoice\u202Efdp.exe', 'invoicefdp-exe'],
  ['CON', 'con'],
  ['x'.repeat(300), 'x'.repeat(40)],
])('%j becomes %j', (name, slug) => {
  expect(transcriptFileName(42, name, 'html')).toBe(`transcript-42-${slug}.html`);
});

test.each([null, '', '🙂🙂', '---', ' \u200B '])('%j leaves the number alone', (name) => {
  expect(transcriptFileName(42, name, 'txt')).toBe('transcript-42.txt');
});

test('any name makes a file name that fits, has one dot and nothing special', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (name) => {
      const file = transcriptFileName(42, name, 'html');
      expect(file).toMatch(/^transcript-42(-[\p{L}\p{N}][\p{L}\p{N}\p{M}-]*)?\.html$/u);
      expect(file).not.toContain('-.');
      expect(Buffer.byteLength(file)).toBeLessThanOrEqual(255);
    }),
  );
});
