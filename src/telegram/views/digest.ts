import type { DigestSpan } from '../../digest/digest-time.ts';
import type { Numbers } from '../../stats/numbers.ts';
import type { Texts } from '../texts/texts.ts';
import { blocks, type Html, lines } from './html.ts';
import { quantiles } from './stats.ts';

/** A day or a week in six lines. */
export function digestText({ period, totals, before, ...numbers }: Numbers, span: DigestSpan, texts: Texts): Html {
  const { stats, digest } = texts;
  const time = (name: string, which: 'toAcknowledge' | 'toAnswer') => {
    const { real, business } = totals[which];
    if (real.n === 0) return stats.noTime(name);
    return stats.time(name, real.n, quantiles(real), numbers.hasBusinessHours ? quantiles(business) : undefined);
  };
  return blocks([
    digest.title(span, period.name),
    lines([
      stats.count(stats.opened, totals.opened, before.flow.opened),
      digest.closed(totals.closed, before.flow.closed, totals.reopened),
      stats.count(stats.missed, totals.missed, before.flow.missed),
      time(stats.toAcknowledge, 'toAcknowledge'),
      time(stats.toAnswer, 'toAnswer'),
      stats.openNow(totals.openNow, totals.unacknowledgedNow),
    ]),
    digest.comparedWith(span, numbers.hasBusinessHours),
  ]);
}
