import type { DigestSpan } from '../../../digest/digest-time.ts';
import { html } from '../../views/html.ts';

export const digest = {
  title: (span: DigestSpan, period: string) =>
    span === 'day' ? html`📊 <b>Yesterday, ${period}</b>` : html`📊 <b>Last week, ${period}</b>`,
  closed: (count: number, before: number, reopened: number) =>
    html`Closed: <b>${count}</b> (${before})${reopened > 0 ? `, reopened: ${reopened}` : ''}`,
  comparedWith: (span: DigestSpan, hasBusinessHours: boolean) =>
    html`In brackets: the ${span} before. Times: median, 90th percentile${hasBusinessHours ? '; in business hours' : ''}.`,
};
