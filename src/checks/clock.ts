import { type Check, fail, pass } from './check.ts';

/** Beyond this, due times and "2 min ago" are visibly wrong; signatures expire after 300 s. */
const maxSeconds = 30;

/** Compares this machine's clock with another one. `theirs` was read between our instants `before` and `after`. */
export function judgeClock(
  name: string,
  whose: string,
  { theirs, before, after }: { theirs: Date; before: Date; after: Date },
): Check {
  // Telegram's Date header has whole seconds.
  const early = (before.getTime() - theirs.getTime()) / 1000 - 1;
  const late = (theirs.getTime() - after.getTime()) / 1000;
  const seconds = Math.max(0, Math.round(Math.max(early, late)));
  if (seconds <= maxSeconds) return pass(name, seconds <= 1 ? `agrees with ${whose}` : `${seconds} s from ${whose}`);
  return fail(name, `this machine's clock is ${seconds} s ${early > late ? 'ahead of' : 'behind'} ${whose}`, {
    means: 'Times and time-outs are wrong, and signed webhooks are rejected from 300 s on',
    change: 'Run: timedatectl set-ntp true (on the machine whose clock is wrong)',
  });
}
