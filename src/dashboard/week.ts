import { Info } from 'luxon';
import type { Week } from '../stats/count-week.ts';
import type { Flow } from '../stats/numbers.ts';
import type { Locale } from '../telegram/locale.ts';
import { type Html, html } from '../telegram/views/html.ts';
import { duration, shadeOf, table } from './table.ts';

/** How busy each day of the week and each hour of the day is, and how fast the team is then. */
export function weekSection({ hours, weekdays }: Week, { texts, dateLanguage }: Locale): Html {
  const { dashboard, stats } = texts;
  const names = Info.weekdays('long', { locale: dateLanguage() });
  const heads = [stats.opened, stats.toAcknowledge, stats.toAnswer];
  const rows = (flows: readonly Flow[], nameOf: (index: number) => string) => {
    const most = Math.max(...flows.map(({ opened }) => opened));
    return flows.map(
      ({ opened, toAcknowledge, toAnswer }, index) => html`<tr><th scope="row">${nameOf(index)}</th>
<td class="${shadeOf(opened, most)}">${opened}</td><td>${duration(toAcknowledge.real.median)}</td><td>${duration(toAnswer.real.median)}</td></tr>`,
    );
  };
  const clock = (hour: number) => `${String(hour).padStart(2, '0')}:00`;
  return html`<div class="beside">
${table(
  dashboard.weekday,
  [dashboard.weekday, ...heads],
  rows(weekdays, (index) => names[index] ?? ''),
)}
${table(dashboard.hour, [dashboard.hour, ...heads], rows(hours, clock))}
</div>`;
}
