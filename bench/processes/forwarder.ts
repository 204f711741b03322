import express, { type Request } from 'express';
import { PgBoss } from 'pg-boss';
import { token } from '../support/product.ts';
import { serve } from '../support/remote.ts';

type Alert = Readonly<
  Record<'severity' | 'reason' | 'conversation_id' | 'customer_name' | 'customer_email' | 'message', string>
>;
type Answer = { ok: boolean; parameters?: { retry_after?: number } };

const queue = 'alerts';
const priorities: Record<string, number> = { critical: 3, high: 2, medium: 1, low: 0 };

const handlers = { start };
export type ForwarderHandlers = typeof handlers;
serve(handlers);

/**
 * What one would write without Bellhop. Without a database: each alert is sent to Telegram inside its request.
 * With one: each becomes a pg-boss job, and one worker sends them by priority, pausing when Telegram says so.
 */
async function start(settings: {
  apiRoot: string;
  chatId: number;
  databaseUrl?: string;
  batchSize?: number;
}): Promise<number> {
  const url = `${settings.apiRoot}/bot${token}/sendMessage`;
  const accept =
    settings.databaseUrl === undefined
      ? undefined
      : await startQueue(settings.databaseUrl, settings.batchSize ?? 1, sendUntilTaken);

  const app = express().disable('x-powered-by').disable('etag').use(express.json());
  app.post('/alerts', async (req: Request<object, object, Alert>, res) => {
    if (accept) await accept(req.body);
    else if (!(await send(req.body)).ok) {
      res.status(502).json({ success: false });
      return;
    }
    res.json({ success: true });
  });
  return new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });

  async function send(alert: Alert): Promise<Answer> {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ chat_id: settings.chatId, text: textOf(alert), parse_mode: 'HTML' }),
    });
    return (await response.json()) as Answer;
  }

  async function sendUntilTaken(alert: Alert): Promise<void> {
    for (;;) {
      const answer = await send(alert);
      if (answer.ok) return;
      await new Promise((resolve) => setTimeout(resolve, (answer.parameters?.retry_after ?? 1) * 1000));
    }
  }
}

async function startQueue(
  databaseUrl: string,
  batchSize: number,
  work: (alert: Alert) => Promise<void>,
): Promise<(alert: Alert) => Promise<unknown>> {
  const boss = new PgBoss({ connectionString: databaseUrl, max: 10, useListenNotify: true });
  boss.on('error', (error) => console.error(error.message));
  await boss.start();
  await boss.createQueue(queue, { notify: true });
  await boss.work<Alert>(queue, { batchSize, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 }, async (jobs) => {
    for (const job of jobs) await work(job.data);
  });
  return (alert) => boss.send(queue, alert, { priority: priorities[alert.severity] ?? 0, expireInSeconds: 3_600 });
}

function textOf(alert: Alert): string {
  return [
    `<b>CHATWOOT ALERT - ${alert.severity.toUpperCase()}</b>`,
    `<b>Reason:</b> ${alert.reason}`,
    `<b>Conversation ID:</b> #${alert.conversation_id}`,
    `<b>Customer:</b> ${alert.customer_name}`,
    `<b>Email:</b> ${alert.customer_email}`,
    `<b>Message:</b>\n${alert.message}`,
  ].join('\n');
}
