import type { EChartsOption } from 'echarts';

/** What is drawn: plain data, without functions, so that a worker or a browser can draw it. */
export type Chart = Readonly<{ option: EChartsOption; width: number; height: number }>;

/** At most so many characters of a name, which others chose. */
export function shortName(name: string, longest = 18): string {
  const letters = [...new Intl.Segmenter().segment(name)].map(({ segment }) => segment);
  return letters.length > longest ? `${letters.slice(0, longest - 1).join('')}…` : name;
}
