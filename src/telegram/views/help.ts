import type { ChatPlace } from '../../routes/lane.ts';
import type { Role } from '../../people/person.ts';
import { can, type Right } from '../../people/rights.ts';
import type { Texts } from '../texts/texts.ts';
import { blocks, type Html, lines } from './html.ts';

/** The commands Telegram offers in its menu. */
export function commandMenu({ commandTexts, help: { menuEntry } }: Texts) {
  return Object.entries(commandTexts).map(([command, text]) => ({ command, description: menuEntry(command, text) }));
}

/** The commands that not every agent may use. */
const rightFor: Readonly<Record<string, Right>> = {
  export: 'export',
  dashboard: 'see-dashboard',
  route: 'manage-routes',
  routes: 'manage-routes',
  quiet: 'keep-quiet',
  mute: 'keep-quiet',
  unmute: 'keep-quiet',
  settings: 'change-settings',
  severity_words: 'manage-severity-rules',
  severity_labels: 'manage-severity-rules',
  severity_attributes: 'manage-severity-rules',
  invite: 'invite-agents',
  team: 'manage-people',
  role: 'manage-people',
  remove: 'manage-people',
  setup: 'manage-pairing',
};

/** The commands that this role may use. */
export function roleMenu(role: Role, texts: Texts) {
  return commandMenu(texts).filter(({ command }) => mayUse(role, command));
}

function mayUse(role: Role, command: string): boolean {
  const right = rightFor[command];
  return right === undefined || can(role, right);
}

/** The commands for a group that is not the team's yet. */
export function introMenu(texts: Texts) {
  return commandMenu(texts).filter(({ command }) => ['setup', 'whoami', 'help'].includes(command));
}

/** The commands anybody may use in private. */
export function privateMenu(texts: Texts) {
  return commandMenu(texts).filter(({ command }) => ['link', 'unlink', 'whoami', 'help', 'cancel'].includes(command));
}

type HelpFacts = Readonly<{
  /** In this chat. */
  role: Role | undefined;
  isPrivate: boolean;
  /** Whether any chat gets alerts. */
  isAnyPaired: boolean;
}>;

/** What Bellhop is, and the commands of this person's menu in this chat. */
export function help({ role, isPrivate, isAnyPaired }: HelpFacts, texts: Texts): Html {
  const { intro, buttons, severities, command, elsewhere, notPaired } = texts.help;
  const menu = role ? roleMenu(role, texts) : isPrivate ? privateMenu(texts) : introMenu(texts);
  const offered = new Set(menu.map(({ command: name }) => name));
  return blocks([
    intro,
    lines([buttons, severities]),
    lines(Object.entries(texts.commandTexts).map(([name, text]) => offered.has(name) && command(name, text))),
    !isAnyPaired ? notPaired : !role && elsewhere,
  ]);
}

type WhoFacts = Readonly<{
  /** In this chat. */
  role: Role | undefined;
  /** In the team's chat, when this one is private. */
  isAgentElsewhere: boolean;
  userId: number | undefined;
  place: ChatPlace | undefined;
  isPaired: boolean;
  /** Whether any chat gets alerts. */
  isAnyPaired: boolean;
}>;

export function whoAmI(facts: WhoFacts, { whoAmI: words }: Texts): Html {
  const { place } = facts;
  const chat = place && `${place.chatId}${place.threadId === null ? '' : `:${place.threadId}`}`;
  return lines([
    roleLine(facts, words),
    words.yourId(facts.userId),
    words.thisChat(chat),
    alertsLine(facts, chat, words),
  ]);
}

type Words = Texts['whoAmI'];

function roleLine({ role, isAgentElsewhere }: WhoFacts, words: Words): Html {
  if (role) return words.role(role);
  return isAgentElsewhere ? words.agentElsewhere : words.stranger;
}

/** How to get alerts here is shown to those who can do it, and to anybody while no chat gets any. */
function alertsLine(facts: WhoFacts, chat: string | undefined, words: Words): Html | undefined {
  const { role, isPaired, isAnyPaired, isAgentElsewhere } = facts;
  if (isPaired) return words.alertsHere;
  if (chat !== undefined && (role === 'admin' || !isAnyPaired)) return words.getAlertsHere;
  return role || isAgentElsewhere ? words.alertsElsewhere : undefined;
}
