import type { Chart } from '../../charts/chart.ts';
import { frictionChart } from '../../charts/friction-chart.ts';
import { numbersChart } from '../../charts/numbers-chart.ts';
import type { ThemeName } from '../../charts/theme.ts';
import { severities } from '../../sources/severity.ts';
import type { Friction } from '../../stats/friction.ts';
import type { Numbers } from '../../stats/numbers.ts';
import type { Dates, Locale } from '../locale.ts';
import { groupName } from './stats.ts';
import { localTime, money, span } from './words.ts';

/** In a chat: it glares on no phone, whatever its theme. */
const chatTheme = 'dark';

/** The numbers of a period as a picture. */
export function numbersPicture(numbers: Numbers, locale: Locale, theme: ThemeName = chatTheme): Chart {
  const { texts } = locale;
  const words = texts.charts;
  const { period, totals, grouping, steps } = numbers;
  return numbersChart(
    numbers,
    {
      title: words.stats(period.name),
      subtitle: words.counts(totals.opened, totals.closed, totals.openNow),
      opened: words.opened,
      closed: words.closed,
      times: words.times,
      toAcknowledge: words.toAcknowledge,
      toAnswer: words.toAnswer,
      by: words.by(grouping),
      steps: stepNames(steps, locale),
      // Without its mark, which is a picture: the bar has its colour.
      groupName: (name) => {
        const severity = severities.find((known) => known === name);
        return grouping === 'severity' && severity ? texts.severities[severity] : groupName(name, grouping, texts);
      },
      groupLabel: ({ opened, openNow, toAcknowledge: { real } }) =>
        words.group(opened, openNow, real.median === null ? undefined : span(real.median * 1000)),
    },
    theme,
  );
}

/** Where people get stuck, as a picture. */
export function frictionPicture(friction: Friction, locale: Locale, theme: ThemeName = chatTheme): Chart {
  const { texts, currency } = locale;
  const words = texts.charts;
  return frictionChart(
    friction,
    {
      title: words.friction(friction.period.name),
      subtitle: words.carts(money(friction.waiting.value, currency), money(friction.lost.value, currency)),
      map: words.map,
      screenName: (screen) => screen ?? texts.friction.noScreen,
      stageName: (stage) => (stage === null ? words.noStage : texts.card.stages[stage]),
      carts: words.cartsOverTime(currency),
      opened: words.opened,
      lost: words.lost,
      steps: stepNames(friction.steps, locale),
    },
    theme,
  );
}

const dayMs = 86_400_000;

/** `14:00` where the parts are hours, else `12 Nov`. */
function stepNames(steps: readonly Readonly<{ from: Date }>[], dates: Dates): string[] {
  const [first, second] = steps;
  const isHours = !first || !second || second.from.getTime() - first.from.getTime() < dayMs / 2;
  return steps.map(({ from }) => localTime(from, dates).toFormat(isHours ? 'HH:mm' : 'd LLL'));
}
