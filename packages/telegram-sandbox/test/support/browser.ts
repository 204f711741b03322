import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type ViewportSize } from 'playwright-core';

const named = process.env['CHROMIUM_PATH'];
const places = named ? [named] : ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The installed Chromium, or undefined: tests that need one are then skipped, and say so. */
export const chromiumPath: string | undefined = places.find((path) => existsSync(path));

export const noChromium = 'no Chromium at CHROMIUM_PATH, or at /usr/bin/chromium without it: skipped';

/** A container's root may not use Chromium's own sandbox, and nothing here needs a network. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

export type TestBrowser = { context: BrowserContext; close(): Promise<void> };
export type BrowserOptions = {
  viewport?: ViewportSize;
  colorScheme?: 'dark' | 'light';
  hasTouch?: boolean;
  deviceScaleFactor?: number;
};

/** A browser that nobody has used before, and that leaves nothing behind. */
export async function openBrowser(options: BrowserOptions = {}): Promise<TestBrowser> {
  const profile = mkdtempSync(join(tmpdir(), 'browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    ...(chromiumPath ? { executablePath: chromiumPath } : {}),
    headless: true,
    args: FLAGS,
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    ...options,
  });
  context.setDefaultTimeout(10_000);
  return {
    context,
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
