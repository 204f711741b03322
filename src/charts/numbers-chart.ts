import { severities } from '../sources/severity.ts';
import type { Group, Numbers } from '../stats/numbers.ts';
import { type Chart, shortName } from './chart.ts';
import { base, categories, grid, heading, legend, outlined, values } from './parts.ts';
import { fontFamily, size, type Theme, type ThemeName, themes, width } from './theme.ts';

/** What is written in a chart, in the reader's language. */
export type NumbersWords = Readonly<{
  title: string;
  subtitle: string;
  opened: string;
  closed: string;
  /** In minutes. */
  times: string;
  toAcknowledge: string;
  toAnswer: string;
  by: string;
  /** The beginnings of the parts of the period, such as `12 Nov`. */
  steps: readonly string[];
  groupName: (name: string | null) => string;
  /** What stands beside the bar of a group. */
  groupLabel: (group: Group) => string;
}>;

const mostGroups = 7;
const rowHeight = 58;

/** How much came and was done, how fast, and with whom or where. Pure. */
export function numbersChart(numbers: Numbers, words: NumbersWords, themeName: ThemeName): Chart {
  const theme = themes[themeName];
  const { steps } = numbers;
  const groups = shownGroups(numbers);
  const groupsHeight = Math.max(groups.length, 1) * rowHeight;
  const hasTimes = steps.some(({ toAcknowledge, toAnswer }) => toAcknowledge.real.n + toAnswer.real.n > 0);
  const timesTop = 520;
  const groupsTop = hasTimes ? 900 : timesTop;
  const option: Chart['option'] = {
    ...base(theme, words.title, words.subtitle),
    textStyle: { color: theme.text, fontSize: size.text, fontFamily },
    legend: [
      legend(theme, [words.opened, words.closed], 150),
      ...(hasTimes ? [legend(theme, [words.toAcknowledge, words.toAnswer], timesTop)] : []),
    ],
    graphic: [
      ...(hasTimes ? [heading(theme, words.times, timesTop)] : []),
      ...(groups.length > 0 ? [heading(theme, words.by, groupsTop)] : []),
    ],
    grid: [
      grid(210, 240),
      ...(hasTimes ? [grid(timesTop + 60, 250)] : []),
      ...(groups.length > 0 ? [grid(groupsTop + 55, groupsHeight, 300)] : []),
    ],
    xAxis: [
      categories(theme, words.steps, 0),
      ...(hasTimes ? [categories(theme, words.steps, 1)] : []),
      ...(groups.length > 0 ? [{ ...values(theme, hasTimes ? 2 : 1), show: false, max: longestBar(groups) }] : []),
    ],
    yAxis: [
      values(theme, 0),
      ...(hasTimes ? [values(theme, 1)] : []),
      ...(groups.length > 0 ? [groupAxis(theme, groups, words, hasTimes ? 2 : 1)] : []),
    ],
    series: [
      {
        type: 'bar',
        name: words.opened,
        data: steps.map(({ opened }) => opened),
        itemStyle: { color: theme.opened },
        barMaxWidth: 36,
        barGap: '10%',
      },
      outlined(
        theme,
        words.closed,
        steps.map(({ closed }) => closed),
        theme.closed,
      ),
      ...(hasTimes
        ? [
            timeLine(
              words.toAcknowledge,
              steps.map(({ toAcknowledge }) => toAcknowledge.real.median),
              {
                color: theme.acknowledged,
                symbol: 'circle',
                type: 'solid',
              },
            ),
            timeLine(
              words.toAnswer,
              steps.map(({ toAnswer }) => toAnswer.real.median),
              {
                color: theme.answered,
                symbol: 'triangle',
                type: 'dashed',
              },
            ),
          ]
        : []),
      ...(groups.length > 0 ? [groupBars(theme, groups, words, numbers, hasTimes ? 2 : 1)] : []),
    ],
  };
  const height = groups.length > 0 ? groupsTop + 55 + groupsHeight + 40 : groupsTop;
  return { option, width, height };
}

/** The busiest, or the severities from the worst on. */
function shownGroups({ groups, grouping }: Numbers): readonly Group[] {
  const busy = groups.filter((group) => sizeOf(group) > 0);
  if (grouping !== 'severity') return busy.slice(0, mostGroups);
  return severities.toReversed().flatMap((severity) => busy.filter(({ name }) => name === severity));
}

/** How many somebody had to do with it: of a period with nothing new, what is left open. */
function sizeOf({ opened, openNow }: Group): number {
  return Math.max(opened, openNow);
}

/** Leaves room for the label beside it. */
function longestBar(groups: readonly Group[]): number {
  return Math.max(...groups.map(sizeOf), 1) * 2.6;
}

function groupAxis(theme: Theme, groups: readonly Group[], words: NumbersWords, gridIndex: number) {
  const axis = categories(
    theme,
    groups.map(({ name }) => shortName(words.groupName(name), 15)),
    gridIndex,
  );
  const axisLabel = { ...axis.axisLabel, color: theme.text, fontSize: size.text, interval: 0 };
  return { ...axis, inverse: true, axisLine: { show: false }, axisLabel };
}

function groupBars(theme: Theme, groups: readonly Group[], words: NumbersWords, { grouping }: Numbers, index: number) {
  const color = ({ name }: Group) =>
    grouping === 'severity' ? theme.severities[severities.find((known) => known === name) ?? 'low'] : theme.other;
  return {
    type: 'bar' as const,
    xAxisIndex: index,
    yAxisIndex: index,
    barWidth: 34,
    data: groups.map((group) => ({
      // The label shows the name, which is put in as it is.
      name: words.groupLabel(group),
      value: sizeOf(group),
      itemStyle: { color: color(group) },
    })),
    label: { show: true, position: 'right' as const, formatter: '{b}', color: theme.text, fontSize: size.small },
  };
}

type LineStyle = Readonly<{ color: string; symbol: string; type: 'solid' | 'dashed' }>;

function timeLine(name: string, seconds: readonly (number | null)[], { color, symbol, type }: LineStyle) {
  return {
    type: 'line' as const,
    name,
    xAxisIndex: 1,
    yAxisIndex: 1,
    // In minutes; a part without any is a gap.
    data: seconds.map((value) => (value === null ? '-' : Math.round(value / 6) / 10)),
    symbol,
    symbolSize: 16,
    showAllSymbol: true,
    itemStyle: { color },
    lineStyle: { color, type, width: 5 },
  };
}
