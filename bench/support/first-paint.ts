import type { Page } from 'playwright-core';

/** From asking for the page until something of it is seen, in ms. */
export async function firstPaint(page: Page, url: string): Promise<number> {
  const answer = await page.goto(url);
  if (!answer?.ok()) throw new Error(`${url} was answered ${answer?.status()}`);
  // Asked by the debugger each time: the page's policy lets nobody else run a string.
  const paintedAt = `performance.getEntriesByName('first-contentful-paint')[0]?.startTime`;
  for (;;) {
    const at = await page.evaluate<number | undefined>(paintedAt);
    if (at !== undefined) return at;
    await page.waitForTimeout(20);
  }
}
