import type { TestOutcome } from '../chats/send-test.ts';
import { alertAnswer, type AlertAnswerDeps } from './alert-answer.ts';
import type { Admitted, Answer, Arrival, Endpoint, Operation } from '../sources/endpoint.ts';
import { Refusal } from '../sources/refusal.ts';
import { admitAlert, authenticateAlert } from './alert.ts';
import { alertsDocs, healthDocs, keyedWebhookDocs, testDocs, webhookDocs } from './documentation.ts';
import { type Body, type ReadBody, readBody } from './payload.ts';
import { withoutSecrets } from './redact.ts';
import { shows } from './verdict.ts';
import {
  admitChatwootWebhook,
  authenticateByKey,
  type ChatwootSettings,
  chatwootPaths,
  describeForAnswer,
} from './webhook.ts';

type Deps = ChatwootSettings & AlertAnswerDeps & Readonly<{ sendTest: (now: Date) => Promise<TestOutcome> }>;

const alertBytes = 256 * 1024;
/** A mail with pasted pictures: Chatwoot sends its HTML twice, the pictures as data: addresses in it. */
const webhookBytes = 20_000_000;

export function chatwootEndpoints(deps: Deps): Endpoint[] {
  const admit = (arrival: Arrival) => acceptWebhook(arrival, deps);
  return [
    {
      path: chatwootPaths.alerts,
      docs: alertsDocs,
      maxBytes: alertBytes,
      authenticateUnread: (arrival) => authenticateAlert(arrival, deps),
      admit: (arrival) => acceptAlert(arrival, deps),
    },
    { path: chatwootPaths.webhook, docs: webhookDocs, maxBytes: webhookBytes, admit },
    {
      path: chatwootPaths.keyedWebhook,
      docs: keyedWebhookDocs,
      maxBytes: webhookBytes,
      authenticateUnread: ({ params }) => authenticateByKey(params['key'] ?? '', deps),
      admit,
    },
  ];
}

export function chatwootOperations(deps: Deps): Operation[] {
  return [
    {
      method: 'post',
      path: chatwootPaths.test,
      docs: testDocs,
      countsAs: 'alert',
      admit: (arrival) => authenticateAlert(arrival, deps),
      perform: async ({ now }) => testAnswer(await deps.sendTest(now)),
    },
    {
      method: 'get',
      path: chatwootPaths.health,
      docs: healthDocs,
      perform: ({ now }) => ok({ status: 'healthy', service: 'chatwoot-integration', timestamp: now.toISOString() }),
    },
  ];
}

function acceptAlert(arrival: Arrival, deps: Deps): Admitted {
  const alert = admitAlert(arrival, deps);
  return { admission: alert.admission, answer: (id) => alertAnswer(id, alert, deps) };
}

function acceptWebhook(arrival: Arrival, deps: Deps): Admitted {
  const read = readingOnce();
  const admitted = admitChatwootWebhook(arrival, deps, read);
  const admission = { ...admitted, body: withoutSecrets(arrival.rawBody, read(arrival.rawBody)) };
  if (admission.event === 'unreadable') {
    const refusal = unreadable(arrival, read);
    return { admission, answer: () => Promise.reject(refusal) };
  }
  const answer = webhookAnswer(arrival, admission.event, read);
  return { admission, answer: () => answer };
}

/** Accepting and answering read the same body: it is parsed once. */
function readingOnce(): ReadBody {
  let body: Body | undefined;
  return (rawBody) => (body ??= readBody(rawBody));
}

/** Says whether the event will show in Telegram. */
function webhookAnswer(arrival: Arrival, event: string, read: ReadBody): Answer {
  const body = read(arrival.rawBody);
  const isShown = body.ok && shows(event, body.value);
  return ok({ success: true, message: isShown ? 'Webhook forwarded to Telegram' : 'Webhook recorded', event });
}

/** What is signed but unreadable is kept; the answer names the problem. */
function unreadable(arrival: Arrival, read: ReadBody): Refusal {
  const { readable, problem } = describeForAnswer(arrival.rawBody, read);
  const message = `${problem ?? 'The body cannot be read.'} It was stored, and the admins are notified.`;
  return new Refusal(readable ? 'unprocessable' : 'bad_request', message);
}

function testAnswer(outcome: TestOutcome): Answer {
  switch (outcome.kind) {
    case 'sent':
      return ok({ success: true, message: 'Test alert sent to Telegram', telegram_message_id: outcome.messageId });
    case 'rejected':
      throw new Refusal('telegram_rejected', outcome.reason);
    case 'timeout':
      throw new Refusal('telegram_timeout', outcome.reason);
  }
}

function ok(body: Answer['body']): Answer {
  return { status: 200, body };
}
