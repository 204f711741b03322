import { size, type Theme } from './theme.ts';

/** What the panels of all charts have in common. Pure. */
export function base(theme: Theme, title: string, subtitle: string) {
  return {
    animation: false,
    backgroundColor: theme.ground,
    textStyle: { color: theme.text, fontSize: size.text },
    title: {
      text: title,
      subtext: subtitle,
      left: 40,
      top: 28,
      itemGap: 10,
      textStyle: { color: theme.text, fontSize: size.title, fontWeight: 'normal' as const },
      subtextStyle: { color: theme.quiet, fontSize: size.small },
    },
  };
}

export function grid(top: number, height: number, left = 100) {
  return { top, height, left, right: 50 };
}

/** The heading of a panel, above its grid. */
export function heading(theme: Theme, text: string, top: number) {
  return {
    type: 'text' as const,
    left: 40,
    top,
    style: { text, fill: theme.text, fontSize: size.text, fontWeight: 'normal' as const },
  };
}

/** The key of a panel, at its right; symbols and lines differ too, not only colours. */
export function legend(theme: Theme, names: readonly string[], top: number) {
  return {
    top,
    right: 50,
    itemGap: 30,
    itemWidth: 44,
    itemHeight: 22,
    data: [...names],
    textStyle: { color: theme.text, fontSize: size.small },
  };
}

export function categories(theme: Theme, names: readonly string[], gridIndex: number) {
  return {
    type: 'category' as const,
    gridIndex,
    data: [...names],
    axisTick: { show: false },
    axisLine: { lineStyle: { color: theme.line } },
    axisLabel: { color: theme.quiet, fontSize: size.small, hideOverlap: true, margin: 16 },
  };
}

export function values(theme: Theme, gridIndex: number) {
  return {
    type: 'value' as const,
    gridIndex,
    minInterval: 1,
    splitNumber: 3,
    splitLine: { lineStyle: { color: theme.line } },
    axisLabel: { color: theme.quiet, fontSize: size.small },
  };
}

/** A bar that is only an outline; nothing where there is nothing. */
export function outlined(theme: Theme, name: string, data: readonly number[], color: string) {
  return {
    type: 'bar' as const,
    name,
    data: data.map((value) => (value === 0 ? '-' : value)),
    itemStyle: { color: theme.ground, borderColor: color, borderWidth: 3 },
    barMaxWidth: 36,
  };
}
