import { InlineKeyboard } from 'grammy';
import { outcomes } from '../../incidences/incidence.ts';
import type { IncidenceView } from '../../incidences/incidence-view-store.ts';
import { encode } from '../callback-data.ts';
import { acceptableUrl } from './link.ts';
import { deskOf, outcomeName } from './words.ts';

/** `main`: what can be done; `outcome` and `tags`: the menus behind Close and Tag. */
export type Menu =
  | Readonly<{ kind: 'main' }>
  | Readonly<{ kind: 'outcome' }>
  | Readonly<{ kind: 'tags'; known: readonly Readonly<{ id: number; name: string }>[] }>;

/** The buttons under a card. */
export function keyboardFor(incidence: IncidenceView, menu: Menu): InlineKeyboard {
  switch (menu.kind) {
    case 'main':
      return mainMenu(incidence);
    case 'outcome':
      return incidence.status === 'closed'
        ? mainMenu(incidence)
        : withAcknowledge(
            incidence,
            outcomeMenu(incidence.id)
              .row()
              .text('‹ Back', encode({ kind: 'main-menu', id: incidence.id })),
          );
    case 'tags':
      return withAcknowledge(incidence, tagMenu(incidence, menu.known));
  }
}

function mainMenu(incidence: IncidenceView): InlineKeyboard {
  const { id } = incidence;
  const keyboard = new InlineKeyboard();
  const tag = () => keyboard.text('Tag', encode({ kind: 'tag-menu', id }));
  switch (incidence.status) {
    case 'open':
      keyboard.text('Acknowledge', encode({ kind: 'acknowledge', id })).success();
      keyboard.text('Close', encode({ kind: 'outcome-menu', id }));
      tag();
      break;
    case 'acknowledged':
      keyboard.text('Close', encode({ kind: 'outcome-menu', id })).success();
      tag();
      keyboard.text('Release', encode({ kind: 'release', id }));
      break;
    case 'closed':
      keyboard.text('Reopen', encode({ kind: 'reopen', id }));
      tag();
      break;
  }
  const url = acceptableUrl(incidence.url);
  return url ? keyboard.row().url(`Open in ${deskOf(incidence)}`, url) : keyboard;
}

/** How it ended, two by two, and a way to write a note first. */
export function outcomeMenu(id: number, withNote = true): InlineKeyboard {
  const keyboard = new InlineKeyboard();
  outcomes.forEach((outcome, index) => {
    if (index > 0 && index % 2 === 0) keyboard.row();
    keyboard.text(outcomeName(outcome), encode({ kind: 'close', id, outcome }));
  });
  return withNote ? keyboard.row().text('Write a note…', encode({ kind: 'write-note', id })) : keyboard;
}

/** One person's menu must not keep the others from taking an open incidence. */
function withAcknowledge({ id, status }: IncidenceView, menu: InlineKeyboard): InlineKeyboard {
  if (status !== 'open') return menu;
  return new InlineKeyboard()
    .text('Acknowledge', encode({ kind: 'acknowledge', id }))
    .success()
    .append(menu);
}

function tagMenu(incidence: IncidenceView, known: readonly Readonly<{ id: number; name: string }>[]): InlineKeyboard {
  const keyboard = new InlineKeyboard();
  known.forEach((tag, index) => {
    if (index > 0 && index % 3 === 0) keyboard.row();
    const isSet = incidence.tags.includes(tag.name);
    const wish = isSet ? 'unset' : 'set';
    keyboard.text(`${isSet ? '✓ ' : ''}${tag.name}`, encode({ kind: 'tag', id: incidence.id, tagId: tag.id, wish }));
  });
  if (known.length > 0) keyboard.row();
  return keyboard
    .text('New tag…', encode({ kind: 'new-tag', id: incidence.id }))
    .text('‹ Back', encode({ kind: 'main-menu', id: incidence.id }));
}
