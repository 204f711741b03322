import type { Answer, Arrival, Endpoint, Operation, Stored, Translate } from '../inbound/source.ts';
import { admitAlert, authenticateAlert, conversationIdForAnswer } from './alert.ts';
import { admitChatwootWebhook, type ChatwootSettings, chatwootPaths, describeForAnswer } from './webhook.ts';

/** What came of an alert so far; `messageId` is null until Telegram has the card. */
type Shown = Readonly<{ incidenceId: number | null; messageId: number | null }>;
export type TestOutcome =
  | Readonly<{ kind: 'sent'; messageId: number }>
  | Readonly<{ kind: 'rejected'; reason: string }>
  | Readonly<{ kind: 'timeout'; reason: string }>;

type Deps = ChatwootSettings &
  Readonly<{
    translate: Translate;
    /** Waits until Telegram has the card of a stored alert, or so long. */
    waitForCard: (eventId: number, timeoutMs: number) => Promise<Shown>;
    sendTest: (now: Date) => Promise<TestOutcome>;
  }>;

const alertBytes = 256 * 1024;
/** A message of 150,000 characters, escaped, twice in one event, with room to spare. */
const webhookBytes = 2 * 1024 * 1024;
/** How long the poster of an alert waits for Telegram before the answer is "queued". */
const patienceMs = 2_000;

export function chatwootEndpoints(deps: Deps): Endpoint[] {
  const admitWebhook = (arrival: Arrival) => admitChatwootWebhook(arrival, deps);
  const answerWebhook = (stored: Stored) => webhookAnswer(stored, deps.translate);
  return [
    {
      path: chatwootPaths.alerts,
      maxBytes: alertBytes,
      admit: (arrival) => admitAlert(arrival, deps),
      answer: (stored) => alertAnswer(stored, deps.waitForCard),
    },
    { path: chatwootPaths.webhook, maxBytes: webhookBytes, admit: admitWebhook, answer: answerWebhook },
    { path: chatwootPaths.keyedWebhook, maxBytes: webhookBytes, admit: admitWebhook, answer: answerWebhook },
  ];
}

export function chatwootOperations(deps: Deps): Operation[] {
  return [
    {
      method: 'post',
      path: chatwootPaths.test,
      perform: async (arrival) => {
        authenticateAlert(arrival, deps);
        return testAnswer(await deps.sendTest(arrival.now));
      },
    },
    {
      method: 'get',
      path: chatwootPaths.health,
      perform: ({ now }) => ok({ status: 'healthy', service: 'chatwoot-integration', timestamp: now.toISOString() }),
    },
  ];
}

/** 200 once Telegram has it, 202 when that takes longer; it is stored either way. */
async function alertAnswer(stored: Stored, waitForCard: Deps['waitForCard']): Promise<Answer> {
  const conversationId = conversationIdForAnswer(stored.arrival.rawBody);
  const shown =
    stored.id === undefined ? { incidenceId: null, messageId: null } : await waitForCard(stored.id, patienceMs);
  const isShown = shown.messageId !== null;
  return {
    status: isShown ? 200 : 202,
    body: {
      success: true,
      message: isShown ? 'Alert forwarded to Telegram' : 'Alert queued for Telegram',
      telegram_message_id: shown.messageId,
      conversation_id: conversationId,
      incidence_id: shown.incidenceId,
    },
  };
}

/** Says whether the event will show in Telegram. What is signed but unreadable is kept, and the sender told so. */
function webhookAnswer({ arrival, admission }: Stored, translate: Translate): Answer {
  const { event } = admission;
  if (event === 'unreadable') return unreadableAnswer(arrival);
  const meaning = translate({ event, rawBody: arrival.rawBody, receivedAt: arrival.now });
  const isShown = meaning.kind === 'event' && meaning.event.change.kind !== 'answered';
  return ok({ success: true, message: isShown ? 'Webhook forwarded to Telegram' : 'Webhook recorded', event });
}

function unreadableAnswer(arrival: Arrival): Answer {
  const { readable, problem } = describeForAnswer(arrival.rawBody);
  const message = `${problem ?? 'The body cannot be read.'} It was kept for the admins to look at.`;
  return readable
    ? { status: 422, body: { success: false, error: 'unprocessable', message } }
    : { status: 400, body: { success: false, error: 'bad_request', message } };
}

function testAnswer(outcome: TestOutcome): Answer {
  switch (outcome.kind) {
    case 'sent':
      return ok({ success: true, message: 'Test alert sent to Telegram', telegram_message_id: outcome.messageId });
    case 'rejected':
      return { status: 502, body: { success: false, error: 'telegram_rejected', message: outcome.reason } };
    case 'timeout':
      return { status: 504, body: { success: false, error: 'telegram_timeout', message: outcome.reason } };
  }
}

function ok(body: Answer['body']): Answer {
  return { status: 200, body };
}
