import { InlineKeyboard } from 'grammy';
import { outcomes } from '../../incidences/incidence.ts';
import type { IncidenceView } from '../../incidences/incidence-view-store.ts';
import type { LastAction } from '../../incidences/undo.ts';
import { severities } from '../../sources/severity.ts';
import { encode, encodeSeen } from '../callback-data.ts';
import type { Locale } from '../locale.ts';
import { snoozes } from '../snooze-time.ts';
import type { Texts } from '../texts/texts.ts';
import { acceptableUrl } from './link.ts';
import { doneBy } from './undo.ts';
import { deskOf, severityMark } from './words.ts';

/** `main`: what can be done; the others are the menus behind Close, Tag, More… and what More… offers. */
export type Menu =
  | Readonly<{ kind: 'main' | 'outcome' | 'severity' | 'snooze' }>
  /** `last`: what can be undone. */
  | Readonly<{ kind: 'more'; last: LastAction | undefined }>
  /** Those to offer, in this order. */
  | Readonly<{ kind: 'assign'; team: readonly Assignable[] }>
  | Readonly<{ kind: 'tags'; known: readonly Tag[] }>;

export type Assignable = Readonly<{ id: number; name: string; isOnDuty: boolean }>;

type Tag = Readonly<{ id: number; name: string }>;

/** The buttons under a card. */
export function keyboardFor(incidence: IncidenceView, menu: Menu, locale: Locale): InlineKeyboard {
  const { texts } = locale;
  const main = () => mainMenu(incidence, texts.card.buttons);
  switch (menu.kind) {
    case 'main':
      return main();
    case 'outcome':
      return incidence.status === 'closed'
        ? main()
        : withAcknowledge(
            incidence,
            outcomeMenu(incidence, texts)
              .row()
              .text(texts.card.buttons.back, encode({ kind: 'main-menu', id: incidence.id })),
            texts.card.buttons,
          );
    case 'more':
      return withAcknowledge(incidence, moreMenu(incidence, menu.last, locale), texts.card.buttons);
    case 'assign':
      return incidence.status === 'closed'
        ? main()
        : withAcknowledge(incidence, assignMenu(incidence, menu.team, texts.card.buttons), texts.card.buttons);
    case 'severity':
      return incidence.status === 'closed'
        ? main()
        : withAcknowledge(incidence, severityMenu(incidence, texts), texts.card.buttons);
    case 'snooze':
      return incidence.status === 'closed'
        ? main()
        : withAcknowledge(incidence, snoozeMenu(incidence, texts.card.buttons), texts.card.buttons);
    case 'tags':
      return withAcknowledge(incidence, tagMenu(incidence, menu.known, texts.card.buttons), texts.card.buttons);
  }
}

type Words = Texts['card']['buttons'];

function mainMenu(incidence: IncidenceView, words: Words): InlineKeyboard {
  const { id, stateVersion } = incidence;
  const keyboard = new InlineKeyboard();
  const tag = () => keyboard.text(words.tag, encode({ kind: 'tag-menu', id }));
  switch (incidence.status) {
    case 'open':
      keyboard
        .text(words.acknowledge, encodeSeen({ kind: 'acknowledge', id }, stateVersion))
        .success()
        .row();
      keyboard.text(words.close, encode({ kind: 'outcome-menu', id }));
      tag();
      break;
    case 'acknowledged':
      keyboard.text(words.close, encode({ kind: 'outcome-menu', id })).success();
      tag();
      keyboard.text(words.release, encodeSeen({ kind: 'release', id }, stateVersion));
      break;
    case 'closed':
      keyboard.text(words.reopen, encodeSeen({ kind: 'reopen', id }, stateVersion));
      tag();
      break;
  }
  const url = acceptableUrl(incidence.url);
  keyboard.row().text(words.more, encode({ kind: 'more-menu', id }));
  return url ? keyboard.url(words.openIn(deskOf(incidence)), url) : keyboard;
}

/** How it ended, two in a row, and a way to write a note first. */
export function outcomeMenu(
  { id, stateVersion }: Pick<IncidenceView, 'id' | 'stateVersion'>,
  texts: Texts,
  withNote = true,
): InlineKeyboard {
  const keyboard = new InlineKeyboard();
  outcomes.forEach((outcome, index) => {
    if (index > 0 && index % 2 === 0) keyboard.row();
    keyboard.text(texts.outcomes[outcome], encodeSeen({ kind: 'close', id, outcome }, stateVersion));
  });
  return withNote ? keyboard.row().text(texts.card.buttons.writeNote, encode({ kind: 'write-note', id })) : keyboard;
}

/** One person's menu must not keep the others from acknowledging an open incidence. */
function withAcknowledge(
  { id, status, stateVersion }: IncidenceView,
  menu: InlineKeyboard,
  words: Words,
): InlineKeyboard {
  if (status !== 'open') return menu;
  return new InlineKeyboard()
    .text(words.acknowledge, encodeSeen({ kind: 'acknowledge', id }, stateVersion))
    .success()
    .append(menu);
}

function moreMenu(
  incidence: IncidenceView,
  last: LastAction | undefined,
  { texts, offersReply, cards }: Locale,
): InlineKeyboard {
  const { id, kind, status, customerEmail, customerPhone } = incidence;
  const words = texts.card.buttons;
  const keyboard = new InlineKeyboard();
  if (status !== 'closed') {
    keyboard
      .text(words.assign, encode({ kind: 'assign-menu', id }))
      .text(words.snooze, encode({ kind: 'snooze-menu', id }))
      .row()
      .text(words.severity, encode({ kind: 'severity-menu', id }));
  }
  keyboard.text(words.note, encode({ kind: 'note', id }));
  if (offersReply && kind === 'conversation') keyboard.text(words.reply, encode({ kind: 'reply', id }));
  if (cards().areContactsHidden && (customerEmail ?? customerPhone)) {
    keyboard.row().text(words.contact, encode({ kind: 'contact', id }));
  }
  if (last)
    keyboard.row().text(words.undo(doneBy(last, texts)), encode({ kind: 'undo', id, historyId: last.historyId }));
  return keyboard.row().text(words.back, encode({ kind: 'main-menu', id }));
}

/** The worst first, two in a row; the present one is ticked. */
function severityMenu(
  { id, severity: present }: IncidenceView,
  { card, severityButtons: names }: Texts,
): InlineKeyboard {
  const keyboard = new InlineKeyboard();
  severities.toReversed().forEach((severity, index) => {
    if (index > 0 && index % 2 === 0) keyboard.row();
    const tick = severity === present ? '✓ ' : '';
    keyboard.text(`${tick}${severityMark(severity)} ${names[severity]}`, encode({ kind: 'severity', id, severity }));
  });
  return keyboard.row().text(card.buttons.back, encode({ kind: 'more-menu', id }));
}

/** Two in a row. */
function assignMenu({ id, stateVersion }: IncidenceView, team: readonly Assignable[], words: Words): InlineKeyboard {
  const keyboard = new InlineKeyboard();
  team.forEach(({ id: personId, name, isOnDuty }, index) => {
    if (index > 0 && index % 2 === 0) keyboard.row();
    keyboard.text(isOnDuty ? words.onDuty(name) : name, encodeSeen({ kind: 'assign', id, personId }, stateVersion));
  });
  return keyboard.row().text(words.back, encode({ kind: 'more-menu', id }));
}

/** Two in a row. */
function snoozeMenu({ id, stateVersion }: IncidenceView, words: Words): InlineKeyboard {
  const keyboard = new InlineKeyboard();
  snoozes.forEach((snooze, index) => {
    if (index > 0 && index % 2 === 0) keyboard.row();
    keyboard.text(words.snoozes[snooze], encodeSeen({ kind: 'snooze', id, snooze }, stateVersion));
  });
  return keyboard.row().text(words.back, encode({ kind: 'more-menu', id }));
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
