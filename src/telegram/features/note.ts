import { longestNote } from '../../incidences/incidence.ts';
import { cleanText } from '../../sources/clean-text.ts';
import { clip } from '../views/html.ts';

/** A note as it is kept, and what to add to the answer when that is not all of it. */
export function noteToKeep(text: string): Readonly<{ note: string; cut: string }> {
  const typed = cleanText(text);
  const note = clip(typed, longestNote);
  return { note, cut: note === typed ? '' : `, cut to ${longestNote} characters` };
}
