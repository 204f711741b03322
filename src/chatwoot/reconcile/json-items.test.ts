import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { itemsIn } from './json-items.ts';

async function* inPieces(text: string, sizes: readonly number[]): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function read(text: string, sizes: readonly number[] = [1000]): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of itemsIn(inPieces(text, sizes))) items.push(JSON.parse(item.toString()));
  return items;
}

it('reads the conversations of a real list, however it is cut', async () => {
  const text = readFileSync('test/fixtures/chatwoot/rest/rest_conversations_list.json', 'utf8');
  const { payload } = JSON.parse(text).data;
  expect(payload.length).toBeGreaterThan(0);
  expect(await read(text, [1])).toEqual(payload);
  expect(await read(text, [7, 300, 13])).toEqual(payload);
});

it('reads any objects', async () => {
  const item = fc.dictionary(fc.string(), fc.jsonValue());
  const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(fc.array(item), sizes, async (items, cut) => {
      const text = JSON.stringify({ data: { meta: { all_count: 1 }, payload: items } });
      expect(await read(text, cut)).toEqual(JSON.parse(text).data.payload);
    }),
  );
});

it('refuses an answer that ends early', async () => {
  await expect(read('{"data":{"payload":[{"id":1},{"id"')).rejects.toThrow('complete');
  expect(await read('')).toEqual([]);
});
