import { type Page, pageSize, type RestAnswer, type RestFailure } from './rest-client.ts';
import type { ListedItem } from './rest-items.ts';

/** Beyond this the list is not what we take it for; 10,000 chats in a few hours are not missed webhooks. */
const maxPages = 200;

export type Listed<Item> =
  | Readonly<{ ok: true; items: readonly (Item & { createdAt: Date })[]; undated: number }>
  | Readonly<{ ok: false; failure: RestFailure }>;

/**
 * All items created since then, each once. Reading ends where a list that is sorted newest first gets older; that it is
 * sorted so is not documented, and one that is not is read to its end. A page that repeats the one before ends it too:
 * paging is known of chats only. New items that push others to the next page are met twice and counted once.
 */
export async function listSince<Item extends ListedItem>(
  list: (offset: number) => Promise<RestAnswer<Page>>,
  read: (raw: unknown) => Item | undefined,
  since: Date,
): Promise<Listed<Item>> {
  const found = new Map<string, Item & { createdAt: Date }>();
  const seen = new Set<string>();
  let undated = 0;
  let previous = Number.POSITIVE_INFINITY;
  let isSorted = true;
  let lastTotal: number | undefined;
  let offset = 0;
  for (let page = 0; page < maxPages; page += 1) {
    const answer = await list(offset);
    if (!answer.ok) return answer;
    const { items, total } = answer.data;
    let isNew = false;
    for (const raw of items) {
      const item = read(raw);
      if (!item || seen.has(item.id)) continue;
      seen.add(item.id);
      isNew = true;
      const { createdAt } = item;
      if (!createdAt) undated += 1;
      else {
        isSorted &&= createdAt.getTime() <= previous;
        previous = createdAt.getTime();
        if (createdAt >= since) found.set(item.id, { ...item, createdAt });
      }
    }
    offset += items.length;
    // Nothing but what was met before: the offset is ignored, unless as many were added meanwhile.
    const isRepeated = !isNew && total === lastTotal;
    lastTotal = total;
    const isLast = items.length < pageSize || (total !== undefined && offset >= total);
    if (isLast || isRepeated || (isSorted && previous < since.getTime()))
      return { ok: true, items: [...found.values()], undated };
  }
  const detail = `the list goes on after ${maxPages * pageSize} items`;
  return { ok: false, failure: { kind: 'unexpected', detail } };
}
