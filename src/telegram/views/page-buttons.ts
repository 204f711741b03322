import type { InlineKeyboard } from 'grammy';
import { encode } from '../callback-data.ts';
import type { Texts } from '../texts/texts.ts';

/** A button for each incidence, which shows its card. */
export function numberButtons(keyboard: InlineKeyboard, ids: readonly number[]): InlineKeyboard {
  ids.forEach((id, index) => {
    if (index > 0 && index % 5 === 0) keyboard.row();
    keyboard.text(`#${id}`, encode({ kind: 'show', id }));
  });
  return keyboard;
}

/** `‹` and `›` in a row below, each where there is such a page. */
export function pageButtons(
  keyboard: InlineKeyboard,
  { pages }: Texts,
  turns: Readonly<{ previous: string | undefined; next: string | undefined }>,
): InlineKeyboard {
  if (turns.previous !== undefined || turns.next !== undefined) keyboard.row();
  if (turns.previous !== undefined) keyboard.text(pages.previous, turns.previous);
  if (turns.next !== undefined) keyboard.text(pages.next, turns.next);
  return keyboard;
}
