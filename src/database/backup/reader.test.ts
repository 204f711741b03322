import fc from 'fast-check';
import { expect, test } from 'vitest';
import { endOfRows } from './format.ts';
import { createReader, type Reader } from './reader.ts';

/** Rows as COPY writes them: a backslash is doubled, so that no row is the end mark. */
const row = fc
  .string({ unit: fc.constantFrom('a', 'é', '\\\\', '\\N', '.', '\t', 'longer words') })
  .map((text) => `${text}\n`);
const sections = fc.array(fc.array(row, { maxLength: 5 }), { maxLength: 4 });

test('every table is read as it was written, however the file is cut into pieces', async () => {
  await fc.assert(
    fc.asyncProperty(sections, fc.integer({ min: 1, max: 9 }), async (tables, pieceBytes) => {
      const text = tables.map((rows, index) => `{"table":${index}}\n${rows.join('')}${endOfRows}`).join('');
      const reader = createReader(piecesOf(Buffer.from(text), pieceBytes));
      for (const [index, rows] of tables.entries()) {
        expect(await reader.line()).toBe(`{"table":${index}}\n`);
        expect(await readAll(reader)).toBe(rows.join(''));
      }
      expect(await reader.line()).toBeUndefined();
    }),
  );
});

test('a table that is cut off is an error, not a shorter table', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1 }), fc.integer({ min: 1, max: 9 }), async (rows, pieceBytes) => {
      const whole = Buffer.from(`${rows.join('')}${endOfRows}`);
      const reader = createReader(piecesOf(whole.subarray(0, -1), pieceBytes));
      await expect(readAll(reader)).rejects.toThrow('cut off');
    }),
  );
});

async function readAll(reader: Reader): Promise<string> {
  const read: Buffer[] = [];
  for await (const piece of reader.rows()) read.push(piece);
  return Buffer.concat(read).toString();
}

async function* piecesOf(bytes: Buffer, pieceBytes: number): AsyncGenerator<Buffer, void> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}
