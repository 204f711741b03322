import { createApp } from '../../src/app.ts';
import { createSeededSandbox, SEED } from '../../src/app/sandbox-mode/seed.ts';
import { describeProblems, parseConfig } from '../../src/config/config.ts';
import { createLog } from '../../src/log.ts';
import { createSandboxPage, servePage } from 'telegram-sandbox/page';
import type { Message, Sandbox } from 'telegram-sandbox';
import type { Page } from 'playwright-core';
import { openBrowser } from './browser.ts';

const { supportTeam, forum, ben, carla } = SEED;
const alertKey = 'the-key-of-the-screens';
const phone = { width: 390, height: 844 };

type Shoot = (page: Page, name: string) => Promise<void>;

/** Plays the set-up from an unpaired start on the page of a Telegram, at a phone's width; `shoot` takes the pictures. */
export async function takeSetUp(dataDir: string, shoot: Shoot): Promise<void> {
  const sandbox = createSeededSandbox();
  await sandbox.start();
  for (const chatId of [supportTeam, forum]) sandbox.kickBot(chatId);
  const served = await servePage(createSandboxPage({ sandbox }));
  const printed: string[] = [];
  const outcome = parseConfig({
    DATA_DIR: dataDir,
    PORT: '0',
    TELEGRAM_BOT_TOKEN: sandbox.token,
    TELEGRAM_API_ROOT: sandbox.apiRoot,
    CHATWOOT_ALERT_KEY: alertKey,
  });
  if (!outcome.ok) throw new Error(describeProblems(outcome.problems));
  const log = createLog('warn', { pretty: true });
  const app = createApp({ config: outcome.config, log, print: (line) => printed.push(line) });
  const browser = await openBrowser({ viewport: phone, deviceScaleFactor: 1.5, hasTouch: true, colorScheme: 'light' });
  try {
    const { url } = await app.start();
    const page = await browser.context.newPage();
    await page.goto(served.url);
    // Of one colour the pictures are half as large.
    await page.locator(':root').evaluate((root) => root.style.setProperty('--wall-2', 'var(--wall-1)'));
    await play({ page, sandbox, url: url ?? '', printed, shoot });
  } finally {
    await browser.close();
    await app.stop();
    await served.stop();
    await sandbox.stop();
  }
}

type Stage = Readonly<{ page: Page; sandbox: Sandbox; url: string; printed: readonly string[]; shoot: Shoot }>;

async function play({ page, sandbox, url, printed, shoot }: Stage): Promise<void> {
  const newest = (chatId: number, words: string): Promise<Message> =>
    sandbox.waitFor(() => sandbox.messages(chatId).findLast(({ from, text }) => from.is_bot && text?.includes(words)), {
      what: words,
      timeoutMs: 60_000,
    });
  const open = (name: RegExp) => page.getByRole('button', { name }).first().click();
  const back = () => page.getByRole('button', { name: 'All chats' }).click();
  const say = async (text: string) => {
    const box = page.getByLabel('Message', { exact: true });
    await box.fill(text);
    await box.press('Enter');
  };
  const press = (button: string) => page.getByRole('button', { name: button, exact: true }).last().click();
  const link = await sandbox.waitFor(() => printed[0], { what: 'the printed link', timeoutMs: 60_000 });

  /** What Telegram sends when somebody opens `https://t.me/<bot>?start=<code>` and presses Start. */
  const openLink = (by: number, code: string | undefined) => sandbox.type({ chatId: by, by, text: `/start ${code}` });
  const actAs = (name: RegExp) => page.getByRole('radio', { name }).check({ force: true });
  await actAs(/Carla/);
  await open(/^Bellhop/);
  openLink(carla, /start=([\w-]+)/.exec(link)?.[1]);
  await newest(carla, 'You are now the admin');
  // The page has no chooser of groups: Telegram's own opens for this button.
  sandbox.addBot(supportTeam, { by: carla, startGroup: 'setup' });
  await newest(supportTeam, 'Setup: Support team');
  await back();
  await open(/Support team/);
  await shoot(page, 'pairing');
  await press('Send alerts here');
  await newest(supportTeam, 'Alerts come here.');

  await actAs(/Ana/);
  await say('/open');
  await newest(supportTeam, 'nothing is open');
  await actAs(/Carla/);
  await say('/invite lead');
  await newest(supportTeam, 'I sent you the link');
  const invitation = /start=([\w-]{32})/.exec((await newest(carla, '?start=')).text ?? '')?.[1];
  await back();
  await open(/^Bellhop/);
  await actAs(/Ben/);
  openLink(ben, invitation);
  await newest(ben, 'Welcome to the team');
  await actAs(/Carla/);
  await say('/team');
  await newest(carla, 'Team: 3');
  await shoot(page, 'team');

  sandbox.addBot(forum, { by: carla });
  sandbox.promote(forum, sandbox.bot.id, { can_manage_topics: true });
  await newest(forum, 'Setup: Support desk');
  await back();
  await open(/General/);
  await press('Check again');
  await newest(forum, 'I can manage topics');
  await press('One topic per severity');
  await newest(forum, 'Created with their routes');
  await back();
  await open(/Chats/);
  await say('/route tawk high+');
  await newest(forum, 'now comes here');
  await say('/routes');
  await newest(forum, 'Routes: 5');
  await shoot(page, 'routes');
  await back();
  await open(/Support team/);
  await say('/settings');
  await newest(supportTeam, 'Settings');
  await press('Words');
  await newest(supportTeam, 'Words that decide');
  await press('Add…');
  await newest(supportTeam, 'reply with a severity');
  await say('critical gift card');
  await newest(supportTeam, '“gift card” is now');
  await say('/settings');
  await page.getByRole('button', { name: 'Digest', exact: true }).last().click();
  await newest(supportTeam, "Yesterday's numbers");
  await press('09:00');
  await newest(supportTeam, 'Digest at 09:00');
  await say('/settings');
  await newest(supportTeam, 'Daily digest: at 09:00');
  await shoot(page, 'settings');
  await fetch(`${url}/api/v1/chatwoot/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${alertKey}` },
    body: JSON.stringify({
      severity: 'critical',
      reason: 'PAYMENT_ISSUE',
      conversation_id: 20_931,
      customer_name: 'Jane Doe',
      customer_email: 'jane@example.com',
      message: 'Somebody used my card for orders that I never made. Please block them NOW.',
      additional_info: { order_id: 'ORD-20931', cart_value: 4_200 },
    }),
  });
  await newest(forum, 'ORD-20931');
  await actAs(/Ana/);
  await back();
  await open(/^Critical/);
  await press('Acknowledge');
  await newest(forum, 'acknowledged by Ana');
  await shoot(page, 'topic');
}
