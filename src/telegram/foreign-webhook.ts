/**
 * The host of a webhook that another program set for this bot; undefined when there is none, or when it is Bellhop's
 * own. Only the host may be shown: the path often holds the token (Chatwoot's does).
 */
export function foreignWebhookHost(webhookUrl: string | undefined, publicUrl: string | undefined): string | undefined {
  if (!webhookUrl) return undefined;
  const webhook = URL.parse(webhookUrl);
  if (publicUrl !== undefined && webhook?.origin === new URL(publicUrl).origin) return undefined;
  return webhook?.host ?? 'an unknown host';
}

export const foreignWebhookFix =
  'Create a bot for Bellhop alone (@BotFather, /newbot) and set TELEGRAM_BOT_TOKEN; or, if that program no longer needs this bot, remove its webhook there (in Chatwoot: delete the Telegram inbox).';
