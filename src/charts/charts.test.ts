import { describe, expect, it } from 'vitest';
import type { Friction } from '../stats/friction.ts';
import { type Flow, type Group, type Numbers, nothingCounted } from '../stats/numbers.ts';
import { shortName } from './chart.ts';
import { frictionChart } from './friction-chart.ts';
import { numbersChart } from './numbers-chart.ts';
import { themes } from './theme.ts';

const day = (number: number) => new Date(Date.UTC(2026, 10, number));
const timed = (median: number): Flow['toAcknowledge'] => {
  const clock = { n: 1, median, p90: median };
  return { real: clock, business: clock };
};
const group = (name: string | null, opened: number): Group => ({
  ...nothingCounted,
  name,
  opened,
  openNow: 0,
  unacknowledgedNow: 0,
});
const numbers: Numbers = {
  period: { from: day(1), to: day(3), name: 'two days' },
  totals: { ...group(null, 5), toAcknowledge: timed(90) },
  before: { from: day(-1), to: day(1), flow: nothingCounted },
  grouping: 'severity',
  groups: [group('low', 3), group('critical', 2)],
  steps: [
    { ...nothingCounted, from: day(1), opened: 5, closed: 2, toAcknowledge: timed(90) },
    { ...nothingCounted, from: day(2) },
  ],
  hasBusinessHours: false,
};
const words = {
  title: 'Stats',
  subtitle: 'of two days',
  opened: 'Opened',
  closed: 'Closed',
  times: 'Minutes',
  toAcknowledge: 'Acknowledged',
  toAnswer: 'Answered',
  by: 'By severity',
  steps: ['1 Nov', '2 Nov'],
  groupName: (name: string | null) => name ?? 'nobody',
  groupLabel: ({ opened }: Group) => `${opened} opened`,
};
const friction: Friction = {
  period: numbers.period,
  cells: [{ screen: 'checkout', stage: 'PRE_ORDER', opened: 4, score: 82, carts: { count: 4, value: 25_000 } }],
  screens: [{ name: 'checkout', opened: 4, score: 82, conversion: { asked: 4, ordered: 1 } }],
  events: [],
  guests: [],
  conversion: { asked: 4, ordered: 1 },
  waiting: { count: 1, value: 5_000 },
  lost: { count: 0, value: 0 },
  steps: [{ from: day(1), opened: { count: 4, value: 25_000 }, lost: { count: 0, value: 0 } }],
};
const frictionWords = {
  title: 'Friction',
  subtitle: '',
  map: 'Map',
  screenName: (name: string | null) => name ?? 'unknown',
  stageName: () => 'Before an order',
  carts: 'Carts',
  opened: 'Opened',
  lost: 'Lost',
  steps: ['1 Nov'],
};

describe('charts', () => {
  it('are plain data, which a thread or a browser can be given', () => {
    for (const chart of [numbersChart(numbers, words, 'dark'), frictionChart(friction, frictionWords, 'light')]) {
      expect(structuredClone(chart)).toEqual(chart);
      expect(JSON.parse(JSON.stringify(chart))).toEqual(chart);
    }
  });

  it('list severities from the worst on, in their own colours', () => {
    const { option } = numbersChart(numbers, words, 'dark');
    const { critical, low } = themes.dark.severities;
    expect(option.yAxis).toContainEqual(expect.objectContaining({ data: ['critical', 'low'], inverse: true }));
    expect(option.series).toContainEqual(
      expect.objectContaining({
        data: [
          { name: '2 opened', value: 2, itemStyle: { color: critical } },
          { name: '3 opened', value: 3, itemStyle: { color: low } },
        ],
      }),
    );
  });

  it('leave a gap where nothing was measured, and count times in minutes', () => {
    const { option } = numbersChart(numbers, words, 'dark');
    expect(option.series).toContainEqual(expect.objectContaining({ name: 'Acknowledged', data: [1.5, '-'] }));
  });

  it('of a period without anything are small, and still charts', () => {
    const nothing = { ...numbers, groups: [], steps: [{ ...nothingCounted, from: day(1) }] };
    const { height, option } = numbersChart(nothing, { ...words, steps: ['1 Nov'] }, 'dark');
    expect(height).toBeLessThan(numbersChart(numbers, words, 'dark').height);
    expect(option.series).toHaveLength(2);
  });

  it('put the score and the number of incidences where screen and stage meet', () => {
    const { option } = frictionChart(friction, frictionWords, 'dark');
    expect(option.series).toContainEqual(
      expect.objectContaining({
        type: 'heatmap',
        data: [expect.objectContaining({ name: '4  ·  82', value: [0, 0, 82] })],
      }),
    );
  });

  it('shorten names by what people see as letters', () => {
    expect(shortName('a'.repeat(30), 10)).toBe(`${'a'.repeat(9)}…`);
    expect(shortName('👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 2)).toBe('👩‍👩‍👧‍👦👩‍👩‍👧‍👦');
  });
});
