import type { EChartsOption } from 'echarts';

/** What is drawn: plain data, without functions, so that a worker or a browser can draw it. */
export type Chart = Readonly<{ option: EChartsOption; width: number; height: number }>;

/** The longest name shown, in characters; names come from users. */
export function shortName(name: string, longest = 18): string {
  const letters = [...new Intl.Segmenter().segment(name)].map(({ segment }) => segment);
  return letters.length > longest ? `${letters.slice(0, longest - 1).join('')}…` : name;
}
