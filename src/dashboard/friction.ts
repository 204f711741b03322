import type { Friction, FrictionCell } from '../stats/friction.ts';
import type { Locale } from '../telegram/locale.ts';
import { type Html, html, lines } from '../telegram/views/html.ts';
import { money } from '../telegram/views/words.ts';
import { shadeOf, table } from './table.ts';

const mostScreens = 15;
const stages = ['PRE_ORDER', 'POST_ORDER', null] as const;

/** Where people get stuck: carts, screens by stages, and who ordered after all. */
export function frictionSection(friction: Friction, { texts, currency }: Locale): Html {
  const { dashboard } = texts;
  const { waiting, lost, conversion } = friction;
  const fact = (name: string, value: string, note: string) =>
    html`<div><dt>${name}</dt><dd><strong>${value}</strong> <small>${note}</small></dd></div>`;
  const percent = conversion.asked === 0 ? '–' : `${Math.round((100 * conversion.ordered) / conversion.asked)} %`;
  return html`<dl class="numbers">
${fact(dashboard.carts.waiting, money(waiting.value, currency), dashboard.open(waiting.count))}
${fact(dashboard.carts.lost, money(lost.value, currency), dashboard.open(lost.count))}
${fact(dashboard.carts.ordered, percent, dashboard.carts.of(conversion.ordered, conversion.asked))}
</dl>${friction.cells.length === 0 ? html`<p>${dashboard.noFriction}</p>` : heatMap(friction, texts)}`;
}

function heatMap({ cells, screens }: Friction, texts: Locale['texts']): Html {
  const { dashboard, card, friction } = texts;
  const shown = screens.slice(0, mostScreens);
  const present = stages.filter((stage) => cells.some((cell) => cell.stage === stage));
  const most = Math.max(...cells.map(({ opened }) => opened));
  const nameOf = (stage: FrictionCell['stage']) => (stage === null ? friction.noStage : card.stages[stage]);
  const row = ({ name, opened }: (typeof shown)[number]) =>
    html`<tr><th scope="row"><bdi>${name ?? friction.noScreen}</bdi></th>${lines(
      present.map((stage) =>
        field(
          cells.find((cell) => cell.screen === name && cell.stage === stage),
          most,
          texts,
        ),
      ),
      '',
    )}<td>${opened}</td></tr>`;
  return table(dashboard.friction, [dashboard.screen, ...present.map(nameOf), dashboard.all], shown.map(row));
}

function field(cell: FrictionCell | undefined, most: number, { dashboard }: Locale['texts']): Html {
  if (!cell) return html`<td class="heat-0">–</td>`;
  const score = cell.score === null ? '' : html` <small>${dashboard.score(Math.round(cell.score))}</small>`;
  return html`<td class="${shadeOf(cell.opened, most)}">${cell.opened}${score}</td>`;
}
