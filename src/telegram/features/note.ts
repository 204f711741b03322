import { longestNote } from '../../incidences/incidence.ts';
import { cleanText } from '../../sources/clean-text.ts';
import { clip } from '../../transcripts/clip.ts';

/** A note as it is kept; `cutTo` characters when it was longer. */
export function noteToKeep(text: string): Readonly<{ note: string; cutTo: number | undefined }> {
  const typed = cleanText(text);
  const note = clip(typed, longestNote);
  return { note, cutTo: note === typed ? undefined : longestNote };
}
