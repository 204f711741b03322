import type { Friction, FrictionCell } from '../stats/friction.ts';
import { type Chart, shortName } from './chart.ts';
import { base, categories, grid, heading, legend, outlined, values } from './parts.ts';
import { fontFamily, size, type ThemeName, themes, width } from './theme.ts';

export type FrictionWords = Readonly<{
  title: string;
  subtitle: string;
  /** Says what the numbers and colours of the map are. */
  map: string;
  screenName: (screen: string | null) => string;
  stageName: (stage: FrictionCell['stage']) => string;
  /** In thousands. */
  carts: string;
  opened: string;
  lost: string;
  steps: readonly string[];
}>;

const mostScreens = 8;
const rowHeight = 70;
const stages = ['PRE_ORDER', 'POST_ORDER', null] as const;

/** Where people get stuck, screens by stages, and the carts at risk over time. Pure. */
export function frictionChart(friction: Friction, words: FrictionWords, themeName: ThemeName): Chart {
  const theme = themes[themeName];
  const screens = friction.screens.slice(0, mostScreens).map(({ name }) => name);
  const columns = stages.filter((stage) => friction.cells.some((cell) => cell.stage === stage));
  const mapHeight = Math.max(screens.length, 1) * rowHeight;
  const mapTop = 225;
  const cartsTop = mapTop + mapHeight + 90;
  const inThousands = (value: number) => Math.round(value / 100) / 10;
  const option: Chart['option'] = {
    ...base(theme, words.title, words.subtitle),
    textStyle: { color: theme.text, fontSize: size.text, fontFamily },
    legend: [legend(theme, [words.opened, words.lost], cartsTop)],
    graphic: [heading(theme, words.map, 150), heading(theme, words.carts, cartsTop)],
    grid: [grid(mapTop, mapHeight, 300), grid(cartsTop + 70, 260, 130)],
    xAxis: [
      { ...categories(theme, columns.map(words.stageName), 0), position: 'bottom', axisLine: { show: false } },
      categories(theme, words.steps, 1),
    ],
    yAxis: [
      {
        ...categories(
          theme,
          screens.map((screen) => shortName(words.screenName(screen), 16)),
          0,
        ),
        inverse: true,
        axisLine: { show: false },
        axisLabel: { color: theme.text, fontSize: size.text, interval: 0 },
      },
      values(theme, 1),
    ],
    visualMap: {
      show: false,
      type: 'continuous',
      min: 0,
      max: 100,
      inRange: { color: [...theme.heat] },
      seriesIndex: 0,
    },
    series: [
      {
        type: 'heatmap',
        data: friction.cells.flatMap((cell) => {
          const [x, y] = [columns.indexOf(cell.stage), screens.indexOf(cell.screen)];
          if (x < 0 || y < 0) return [];
          const step = heatStep(cell.score, theme.heat.length);
          const onIt = theme.heatText[step > 2 ? 1 : 0];
          return [
            {
              name: cell.score === null ? `${cell.opened}` : `${cell.opened}  ·  ${Math.round(cell.score)}`,
              value: [x, y, cell.score ?? 0] as [number, number, number],
              itemStyle: { borderColor: theme.ground, borderWidth: 5 },
              label: { color: onIt },
            },
          ];
        }),
        label: { show: true, formatter: '{b}', fontSize: size.text },
      },
      {
        type: 'bar',
        name: words.opened,
        xAxisIndex: 1,
        yAxisIndex: 1,
        data: friction.steps.map(({ opened }) => inThousands(opened.value)),
        itemStyle: { color: theme.opened },
        barMaxWidth: 36,
      },
      {
        ...outlined(
          theme,
          words.lost,
          friction.steps.map(({ lost }) => inThousands(lost.value)),
          theme.lost,
        ),
        xAxisIndex: 1,
        yAxisIndex: 1,
      },
    ],
  };
  return { option, width, height: cartsTop + 70 + 260 + 80 };
}

function heatStep(score: number | null, steps: number): number {
  return score === null ? 0 : Math.min(steps - 1, Math.floor((score / 100) * steps));
}
