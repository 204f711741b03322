import type { Earlier } from '../inbound/answer-store.ts';
import type { Shown } from '../inbound/shown-watch.ts';
import type { Answer } from '../sources/endpoint.ts';
import { Refusal } from '../sources/refusal.ts';
import type { AdmittedAlert } from './alert.ts';

export type AlertAnswerDeps = Readonly<{
  /** Waits until Telegram has the card of a stored alert, at most this long. */
  waitForCard: (eventId: number, timeoutMs: number) => Promise<Shown>;
  findEarlier: (deliveryId: string, bodySha256: Buffer) => Promise<Earlier | undefined>;
  keepAnswer: (eventId: number, answer: Answer) => Promise<Answer>;
}>;

/** How long the poster of an alert waits for Telegram before the answer is "queued". */
const timeoutMs = 2_000;

/** `id` is undefined when the alert's Idempotency-Key was used before. */
export async function alertAnswer(
  id: number | undefined,
  { admission, bodySha256, conversationId }: AdmittedAlert,
  deps: AlertAnswerDeps,
): Promise<Answer> {
  const answer = async (eventId: number) => shownAnswer(await deps.waitForCard(eventId, timeoutMs), conversationId);
  const { deliveryId } = admission;
  if (deliveryId !== undefined && bodySha256) {
    if (id !== undefined) return keep(id, await answer(id), deps);
    const earlier = await deps.findEarlier(deliveryId, bodySha256).catch(() => undefined);
    if (!earlier)
      throw new Refusal(
        'unavailable',
        'The original response for this Idempotency-Key is temporarily unavailable. Send the alert again.',
      );
    if (!earlier.isSameBody)
      throw new Refusal(
        'unprocessable',
        'This Idempotency-Key was already used with a different body in the last 24 hours. Send a new alert with a new key.',
      );
    const repeated = earlier.answer ?? (await keep(earlier.id, await answer(earlier.id), deps));
    return { ...repeated, headers: { 'Idempotent-Replayed': 'true' } };
  }
  if (id === undefined) throw new Error('An alert without a key is always a new event');
  return answer(id);
}

/** An answer that does not name the incidence yet is not kept: a repetition may name it. */
function keep(id: number, answer: Answer, { keepAnswer }: AlertAnswerDeps): Answer | Promise<Answer> {
  if (answer.body['incidence_id'] === null) return answer;
  return keepAnswer(id, answer).catch(() => answer);
}

/** 200 once Telegram has it, 202 when that takes longer; it is stored either way. */
function shownAnswer({ incidenceId, messageId }: Shown, conversationId: number | string): Answer {
  const isShown = messageId !== null;
  return {
    status: isShown ? 200 : 202,
    body: {
      success: true,
      message: isShown ? 'Alert forwarded to Telegram' : 'Alert queued for Telegram',
      telegram_message_id: messageId,
      conversation_id: conversationId,
      incidence_id: incidenceId,
    },
  };
}
