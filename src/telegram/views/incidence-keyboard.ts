import { InlineKeyboard } from 'grammy';
import { outcomes } from '../../incidences/incidence.ts';
import type { IncidenceView } from '../../incidences/incidence-view-store.ts';
import { encode } from '../callback-data.ts';
import type { Locale } from '../locale.ts';
import type { Texts } from '../texts/texts.ts';
import { acceptableUrl } from './link.ts';
import { deskOf } from './words.ts';

/** `main`: what can be done; `outcome` and `tags`: the menus behind Close and Tag. */
export type Menu =
  | Readonly<{ kind: 'main' }>
  | Readonly<{ kind: 'outcome' }>
  | Readonly<{ kind: 'tags'; known: readonly Tag[] }>;

type Tag = Readonly<{ id: number; name: string }>;

/** The buttons under a card. */
export function keyboardFor(incidence: IncidenceView, menu: Menu, { texts, offersReply }: Locale): InlineKeyboard {
  const main = () => mainMenu(incidence, texts.card.buttons, offersReply);
  switch (menu.kind) {
    case 'main':
      return main();
    case 'outcome':
      return incidence.status === 'closed'
        ? main()
        : withAcknowledge(
            incidence,
            outcomeMenu(incidence.id, texts)
              .row()
              .text(texts.card.buttons.back, encode({ kind: 'main-menu', id: incidence.id })),
            texts.card.buttons,
          );
    case 'tags':
      return withAcknowledge(incidence, tagMenu(incidence, menu.known, texts.card.buttons), texts.card.buttons);
  }
}

type Words = Texts['card']['buttons'];

function mainMenu(incidence: IncidenceView, words: Words, offersReply: boolean): InlineKeyboard {
  const { id } = incidence;
  const keyboard = new InlineKeyboard();
  const tag = () => keyboard.text(words.tag, encode({ kind: 'tag-menu', id }));
  switch (incidence.status) {
    case 'open':
      keyboard
        .text(words.acknowledge, encode({ kind: 'acknowledge', id }))
        .success()
        .row();
      keyboard.text(words.close, encode({ kind: 'outcome-menu', id }));
      tag();
      break;
    case 'acknowledged':
      keyboard.text(words.close, encode({ kind: 'outcome-menu', id })).success();
      tag();
      keyboard.text(words.release, encode({ kind: 'release', id }));
      break;
    case 'closed':
      keyboard.text(words.reopen, encode({ kind: 'reopen', id }));
      tag();
      break;
  }
  const url = acceptableUrl(incidence.url);
  const isReplyable = offersReply && incidence.status !== 'closed' && incidence.kind === 'conversation';
  if (isReplyable || url) keyboard.row();
  if (isReplyable) keyboard.text(words.reply, encode({ kind: 'reply', id }));
  return url ? keyboard.url(words.openIn(deskOf(incidence)), url) : keyboard;
}

/** How it ended, two in a row, and a way to write a note first. */
export function outcomeMenu(id: number, texts: Texts, withNote = true): InlineKeyboard {
  const keyboard = new InlineKeyboard();
  outcomes.forEach((outcome, index) => {
    if (index > 0 && index % 2 === 0) keyboard.row();
    keyboard.text(texts.outcomes[outcome], encode({ kind: 'close', id, outcome }));
  });
  return withNote ? keyboard.row().text(texts.card.buttons.writeNote, encode({ kind: 'write-note', id })) : keyboard;
}

/** One person's menu must not keep the others from acknowledging an open incidence. */
function withAcknowledge({ id, status }: IncidenceView, menu: InlineKeyboard, words: Words): InlineKeyboard {
  if (status !== 'open') return menu;
  return new InlineKeyboard()
    .text(words.acknowledge, encode({ kind: 'acknowledge', id }))
    .success()
    .append(menu);
}

function tagMenu(incidence: IncidenceView, known: readonly Tag[], words: Words): InlineKeyboard {
  const keyboard = new InlineKeyboard();
  known.forEach((tag, index) => {
    if (index > 0 && index % 3 === 0) keyboard.row();
    const isSet = incidence.tags.includes(tag.name);
    const change = isSet ? 'unset' : 'set';
    keyboard.text(`${isSet ? '✓ ' : ''}${tag.name}`, encode({ kind: 'tag', id: incidence.id, tagId: tag.id, change }));
  });
  if (known.length > 0) keyboard.row();
  return keyboard
    .text(words.newTag, encode({ kind: 'new-tag', id: incidence.id }))
    .text(words.back, encode({ kind: 'main-menu', id: incidence.id }));
}
