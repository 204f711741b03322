import {
  type Audience,
  audiences,
  isSeverity,
  longestSeconds,
  mostSteps,
  type Policy,
  shortestSeconds,
  type Step,
} from '../escalation/policy.ts';
import { secondsOf } from './typed-time.ts';

export type TypedPolicy =
  | Readonly<{ ok: true; part: Partial<Policy>; name: string }>
  | Readonly<{ ok: false; reason: 'usage' | 'step' | 'order' | 'range' | 'too-many'; word: string }>;

/** What follows `/escalation`: `critical 2m duty, 5m leads`, `high off`, `answer 10m`, `answer off`. */
export function parsePolicy(words: readonly string[]): TypedPolicy {
  const [first = '', ...rest] = words;
  const name = first.toLowerCase();
  const text = rest.join(' ');
  if (rest.length === 0) return refused('usage', first);
  const isOff = text.toLowerCase() === 'off';
  if (name === 'answer') {
    if (isOff) return { ok: true, name, part: { answer: null } };
    const seconds = secondsOf(text);
    if (seconds === undefined) return refused('step', text);
    return isInRange(seconds) ? { ok: true, name, part: { answer: seconds } } : refused('range', text);
  }
  if (!isSeverity(name)) return refused('usage', first);
  if (isOff) return { ok: true, name, part: { [name]: [] } };
  const steps: Step[] = [];
  const pieces = text.replace(/[\s,]+$/, '').split(',');
  for (const piece of pieces.map((part) => part.trim())) {
    const step = stepOf(piece);
    if (!step) return refused('step', piece || text);
    if (!isInRange(step.seconds)) return refused('range', piece);
    if (step.seconds <= (steps.at(-1)?.seconds ?? 0)) return refused('order', piece);
    steps.push(step);
  }
  if (steps.length > mostSteps) return refused('too-many', text);
  return { ok: true, name, part: { [name]: steps } };
}

function stepOf(text: string): Step | undefined {
  const [, time = '', word = ''] = /^(.+?)\s+(\S+)$/.exec(text) ?? [];
  const seconds = secondsOf(time);
  const whom = audiences.find((audience): audience is Audience => audience === word.toLowerCase());
  return seconds === undefined || !whom ? undefined : { seconds, whom };
}

function isInRange(seconds: number): boolean {
  return seconds >= shortestSeconds && seconds <= longestSeconds;
}

function refused(reason: Extract<TypedPolicy, { ok: false }>['reason'], word: string): TypedPolicy {
  return { ok: false, reason, word };
}
