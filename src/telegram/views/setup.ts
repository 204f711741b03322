import { InlineKeyboard } from 'grammy';
import type { ChatPlace } from '../../routes/lane.ts';
import type { NamedPlace } from '../../settings/default-place.ts';
import { encode, type SetupKind } from '../callback-data.ts';
import type { ChatRight } from '../chat-rights.ts';
import type { Texts } from '../texts/texts.ts';
import { blocks, type Html, lines } from './html.ts';
import type { Screen } from './incidence-card.ts';

type SetupFacts = Readonly<{
  place: NamedPlace;
  /** Undefined where Telegram does not tell. */
  rights: ReadonlyMap<ChatRight, boolean> | undefined;
  isHere: boolean;
  /** Where alerts go now. */
  current: ChatPlace | undefined;
  /** TELEGRAM_CHAT_ID says so. */
  isConfigured: boolean;
  /** What it was called when it was chosen. */
  title: string | undefined;
  /** Said first. */
  greeting?: Html | undefined;
}>;

/** What the bot may do in this group or topic, whether alerts come here, and the buttons to change that. */
export function setupScreen(facts: SetupFacts, { setup: words }: Texts): Screen {
  const { place, rights, isConfigured, isHere } = facts;
  const keyboard = new InlineKeyboard();
  if (!isConfigured) {
    if (isHere) button(keyboard, words.stop, 'stop-alerts').row();
    else button(keyboard, words.sendHere, 'send-alerts').row();
  }
  button(keyboard, words.sendTest, 'test-card').row();
  button(keyboard, words.checkAgain, 'check-setup');
  // Only a forum needs that right.
  if (rights?.get('topics')) {
    button(keyboard.row(), words.bySeverity, 'topics-by-severity');
    button(keyboard.row(), words.bySource, 'topics-by-source');
  }
  return {
    text: blocks([
      facts.greeting,
      words.heading(words.headingStart, place.title),
      rights ? lines([...rights].map(([right, has]) => rightLine(right, has, words))) : words.unknownRights,
      destination(facts, words),
    ]),
    keyboard,
  };
}

function rightLine(right: ChatRight, has: boolean, words: Texts['setup']): Html {
  return has ? words.has(words.rights[right].has) : words.missing(words.rights[right].missing);
}

function destination({ current, isConfigured, isHere, title }: SetupFacts, words: Texts['setup']): Html {
  if (!current) return words.nowhere;
  const id = current.threadId === null ? String(current.chatId) : `${current.chatId}:${current.threadId}`;
  if (isConfigured) return isHere ? words.configuredHere : words.configuredElsewhere(id);
  return isHere ? words.here : words.elsewhere(title ?? id);
}

function button(keyboard: InlineKeyboard, text: string, kind: SetupKind): InlineKeyboard {
  return keyboard.text(text, encode({ kind, id: 0 }));
}

/** Opens Telegram's list of groups. */
export function addToGroup(username: string, { setup: words }: Texts): InlineKeyboard {
  return new InlineKeyboard().url(words.addMe, `https://t.me/${username}?startgroup=setup`);
}
