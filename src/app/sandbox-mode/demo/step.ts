import type { Action } from '../../../incidences/incidence.ts';
import type { SenderName, Subject } from '../../../sources/source-event.ts';

/** Something that happened in the fortnight: what a source sent, or what somebody did in Telegram. */
export type DemoStep = Readonly<{ at: Date }> &
  (
    | Readonly<{ kind: 'event'; source: SenderName; event: string; body: object }>
    | Readonly<{ kind: 'act'; subject: Subject; by: number; action: Action }>
    | Readonly<{ kind: 'tag'; subject: Subject; by: number; tags: readonly string[] }>
  );

const minuteMs = 60_000;

export function minutesAfter(at: Date, minutes: number): Date {
  return new Date(at.getTime() + minutes * minuteMs);
}
