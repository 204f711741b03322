import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pageSize } from './rest-client.ts';
import { readChat } from './rest-items.ts';
import { listSince } from './rest-pages.ts';

type Item = Readonly<{ id: string; createdOn: string }>;

const item = (minute: number, id: number | string = minute): Item => ({
  id: String(id),
  createdOn: new Date(Date.UTC(2026, 2, 14, 0, minute)).toISOString(),
});
const since = new Date(item(100).createdOn);

/** A list as Tawk.to pages it; `before` each page something may have changed. */
function pagesOf(items: Item[], before: (page: number) => void = () => undefined) {
  const offsets: number[] = [];
  const list = (offset: number) => {
    before(offsets.length);
    offsets.push(offset);
    const page = items.slice(offset, offset + pageSize);
    return Promise.resolve({ ok: true, data: { items: page, total: items.length } } as const);
  };
  return { list, offsets };
}

async function found(list: Parameters<typeof listSince>[0]): Promise<string[]> {
  const listed = await listSince(list, readChat, since);
  if (!listed.ok) throw new Error(listed.failure.detail);
  return listed.items.map(({ id }) => id).toSorted();
}

test('whatever the order of a list, everything new is found once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.nat(400), { maxLength: 200 }), async (minutes) => {
      const expected = minutes.filter((minute) => minute >= 100).map(String);
      expect(await found(pagesOf(minutes.map((minute) => item(minute))).list)).toEqual(expected.toSorted());
    }),
  );
});

test('chats that begin while the newest-first list is read hide none', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 250 }),
      fc.array(fc.nat(60), { maxLength: 6 }),
      async (count, arrivals) => {
        const items = Array.from({ length: count }, (_, index) => item(100 + count - index));
        const expected = items.map(({ id }) => id);
        const { list } = pagesOf(items, (page) => {
          if (page === 0) return;
          for (let more = arrivals[page - 1] ?? 0; more > 0; more -= 1)
            items.unshift(item(1_000, `new-${items.length}`));
        });
        expect(await found(list)).toEqual(expect.arrayContaining(expected));
      },
    ),
  );
});

test('reading ends where a sorted list gets older, and where a page repeats the one before', async () => {
  const sorted = pagesOf(Array.from({ length: 1_000 }, (_, index) => item(200 - index, index)));
  expect(await found(sorted.list)).toHaveLength(101);
  expect(sorted.offsets).toEqual([0, 50, 100]);

  const same = Array.from({ length: pageSize }, (_, index) => item(300 - index, index));
  let calls = 0;
  const repeats = () => {
    calls += 1;
    return Promise.resolve({ ok: true, data: { items: same, total: undefined } } as const);
  };
  expect(await found(repeats)).toHaveLength(pageSize);
  expect(calls).toBe(2);
});

test('a list without an end is a failure, and items without a date or an id are left out', async () => {
  const endless = (offset: number) => {
    const items = Array.from({ length: pageSize }, (_, index) => item(200 + (index % 2), `${offset}-${index}`));
    return Promise.resolve({ ok: true, data: { items, total: undefined } } as const);
  };
  expect(await listSince(endless, readChat, since)).toMatchObject({ ok: false, failure: { kind: 'unexpected' } });

  const odd = [{ id: 'undated' }, { createdOn: item(200).createdOn }, null, 'text', item(200)];
  const list = () => Promise.resolve({ ok: true, data: { items: odd, total: odd.length } } as const);
  expect(await listSince(list, readChat, since)).toMatchObject({ ok: true, undated: 1, items: [{ id: '200' }] });
});
