import type { Documentation } from './documentation.ts';

/** Something a browser gets, always the same until the next start. */
export type WebPage = Readonly<{
  path: string;
  /** A part is loaded by a page, and by nobody else. */
  docs: Documentation | 'part';
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** Pages of these origins may read it, not only run or show it. */
  origins?: readonly string[];
}>;
