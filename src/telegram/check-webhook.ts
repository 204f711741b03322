import type { Api } from 'grammy';
import { type Check, fail, note, pass } from '../checks/check.ts';
import { webhookPath } from './webhook-address.ts';
import { foreignWebhookFix, foreignWebhookHost } from './foreign-webhook.ts';

type Deps = Readonly<{ api: Api; mode: 'polling' | 'webhook'; publicUrl: string | undefined }>;

const name = 'telegram mode';
/** A person's press expires after 150 s, so that many waiting updates mean that nothing is fetched. */
const manyWaiting = 100;

/** How updates reach Bellhop: whether the webhook fits the mode, what failed with it last, and how many updates wait. */
export async function checkWebhook({ api, mode, publicUrl }: Deps): Promise<Check[]> {
  const info = await api.getWebhookInfo();
  const waiting = `${info.pending_update_count} updates are waiting`;
  const foreignHost = foreignWebhookHost(info.url, publicUrl);
  if (foreignHost !== undefined && URL.parse(info.url ?? '')?.pathname.endsWith(webhookPath)) {
    return [
      note(name, `${mode}; the webhook is at ${foreignHost}, where a Bellhop set it; ${waiting}`, {
        means: 'If it was this one, its next start takes care of it; if it was another, presses and commands go there',
        change: 'Start Bellhop; if another one uses this bot, TELEGRAM_BOT_TOKEN=<the token of a bot of its own>',
      }),
    ];
  }
  if (foreignHost !== undefined) {
    return [
      fail(name, `${mode}, but the webhook belongs to another program at ${foreignHost}`, {
        means: 'Presses and commands go there',
        change: foreignWebhookFix,
      }),
    ];
  }
  if (mode === 'polling') {
    const left = info.url ? "; a webhook of Bellhop's own is removed at the next start" : '';
    return [pass(name, `polling; ${waiting}${left}`)];
  }
  if (!info.url) return [pass(name, `webhook, which the next start sets; ${waiting}`)];
  if (info.last_error_message !== undefined && info.pending_update_count > 0) {
    return [
      fail(name, `webhook; Telegram reports “${info.last_error_message}”, and ${waiting}`, {
        means: 'Presses and commands do not arrive',
        change: `PUBLIC_URL=<where Telegram reaches Bellhop over https>; now ${publicUrl ?? 'unset'}`,
      }),
    ];
  }
  if (info.pending_update_count >= manyWaiting) {
    return [
      note(name, `webhook; ${waiting}`, {
        means: 'Bellhop may not be running, or be too slow',
        change: 'Start Bellhop, and read its log.',
      }),
    ];
  }
  return [pass(name, `webhook at ${publicUrl ?? ''}; ${waiting}`)];
}
