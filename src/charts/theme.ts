import type { Severity } from '../sources/severity.ts';

export type ThemeName = 'dark' | 'light';

/** Colours that people with any colour vision can tell apart (after Okabe and Ito), on a quiet ground. */
export type Theme = Readonly<{
  ground: string;
  text: string;
  quiet: string;
  line: string;
  opened: string;
  closed: string;
  acknowledged: string;
  answered: string;
  lost: string;
  other: string;
  /** From calm to bad; also in grey each step is darker or lighter than the one before. */
  heat: readonly string[];
  heatText: readonly [onCalm: string, onBad: string];
  severities: Readonly<Record<Severity, string>>;
}>;

/** The marks of the cards, in both themes. */
const severities = { low: '#3fb950', medium: '#e3b505', high: '#f0883e', critical: '#e5484d' } as const;

export const themes: Readonly<Record<ThemeName, Theme>> = {
  dark: {
    ground: '#17212b',
    text: '#f2f5f8',
    quiet: '#a9b6c2',
    line: '#33414e',
    opened: '#56b4e9',
    closed: '#d8dee4',
    acknowledged: '#f0e442',
    answered: '#e78ac3',
    lost: '#f0883e',
    other: '#8ea3b5',
    heat: ['#253a4d', '#5b6b8c', '#a7796f', '#e39a45', '#ffd166'],
    heatText: ['#f2f5f8', '#17212b'],
    severities,
  },
  light: {
    ground: '#ffffff',
    text: '#1b242c',
    quiet: '#54626f',
    line: '#d9e0e6',
    opened: '#0072b2',
    closed: '#8c99a5',
    acknowledged: '#b8860b',
    answered: '#a23b72',
    lost: '#d55e00',
    other: '#8696a5',
    heat: ['#eef3f7', '#f4dfb4', '#eeb169', '#d9763a', '#a83a17'],
    heatText: ['#1b242c', '#ffffff'],
    severities,
  },
};

/** Sizes for a picture 1200 wide that a phone shows a third as wide. */
export const width = 1200;
export const size = { title: 42, text: 30, small: 27 } as const;
/** The fonts in `fonts/`; which of them has a letter is found when the picture is drawn. */
export const fontFamily = 'Noto Sans';
