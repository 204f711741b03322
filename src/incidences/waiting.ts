import type { SourceEvent } from '../sources/source-event.ts';
import type { Incidence, IncidenceChange } from './incidence.ts';

/*
 * Which of the customer's messages nobody answered yet. Sources do not guarantee order and may repeat themselves, so
 * every message is kept by its id, and what counts is when it was written and when the last answer was.
 */

type Waiting = Pick<Incidence, 'unanswered' | 'lastAnswerAt'>;

/** More are not counted. */
export const mostUnanswered = 100;

/** The customer wrote. */
export function withQuestion(current: Waiting | undefined, { message, at }: SourceEvent): IncidenceChange {
  const writtenAt = message?.at ?? at;
  if (!message || !writtenAt) return {};
  const { unanswered = [], lastAnswerAt = null } = current ?? {};
  if (lastAnswerAt && writtenAt <= lastAnswerAt) return {};
  const entry = `${writtenAt.getTime()}:${message.ref}`;
  if (unanswered.includes(entry)) return {};
  return { unanswered: [...unanswered, entry].toSorted(byTime).slice(-mostUnanswered) };
}

/** The team answered at this time, or ended the conversation. */
export function withAnswer(current: Waiting, at: Date): IncidenceChange {
  if (current.lastAnswerAt && at <= current.lastAnswerAt) return {};
  return { lastAnswerAt: at, unanswered: current.unanswered.filter((entry) => timeOf(entry) > at.getTime()) };
}

/** A message was deleted. */
export function withoutMessage({ unanswered }: Waiting, ref: string): IncidenceChange {
  const left = unanswered.filter((entry) => refOf(entry) !== ref);
  return left.length === unanswered.length ? {} : { unanswered: left };
}

/** When the oldest message that nobody answered was written. */
export function unansweredSince({ unanswered }: Pick<Incidence, 'unanswered'>): Date | undefined {
  const [first] = unanswered;
  return first === undefined ? undefined : new Date(timeOf(first));
}

function byTime(a: string, b: string): number {
  return timeOf(a) - timeOf(b) || (a < b ? -1 : 1);
}

function timeOf(entry: string): number {
  return Number(entry.slice(0, entry.indexOf(':')));
}

function refOf(entry: string): string {
  return entry.slice(entry.indexOf(':') + 1);
}
