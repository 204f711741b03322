import { longestNote } from '../../incidences/incidence.ts';
import { clip } from '../views/html.ts';

/** A note as it is kept, and what to add to the answer when that is not all of it. */
export function noteToKeep(text: string): Readonly<{ note: string; cut: string }> {
  const note = clip(text, longestNote);
  return { note, cut: note === text ? '' : `, cut to ${longestNote} characters` };
}
