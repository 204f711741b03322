import type { Person, Role } from '../../people/person.ts';
import type { PastChange } from '../../settings/setting-store.ts';
import { clip } from '../../transcripts/clip.ts';
import type { Locale } from '../locale.ts';
import { blocks, type Html, isolated, lines } from './html.ts';
import { dayAndTime } from './words.ts';

/** A message of Telegram has room for more; nobody reads it. */
const shownPerRole = 20;

export function teamList(people: readonly Person[], changes: readonly PastChange[], locale: Locale): Html {
  const { team } = locale.texts;
  const group = (role: Role) => {
    const all = people.filter((person) => person.role === role);
    const shown = all.slice(0, shownPerRole);
    return lines([
      all.length > 0 && team.group(team.roles[role]),
      ...shown.map(({ firstName, lastName, username, telegramId }) =>
        team.person(isolated(clip([firstName, lastName].filter(Boolean).join(' '), 60)), username, telegramId),
      ),
      all.length > shown.length && team.more(all.length - shown.length),
    ]);
  };
  return blocks([
    team.heading(people.length),
    group('admin'),
    group('lead'),
    group('agent'),
    people.every(({ role }) => role === 'admin') && team.nobodyYet,
    team.howTo,
    changes.length > 0 &&
      lines([
        team.changes,
        ...changes.map(({ at, change, by }) => team.change(dayAndTime(at, locale), clip(change, 150), isolated(by))),
      ]),
  ]);
}
