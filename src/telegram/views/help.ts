import type { ChatPlace } from '../../delivery/delivery.ts';
import type { Role } from '../../people/person.ts';
import { blocks, type Html, html, lines } from './html.ts';

/** The commands people are shown, in the menu and in /help. */
export const commandMenu = [
  { command: 'open', description: 'What is open, worst first' },
  { command: 'mine', description: 'What you acknowledged' },
  { command: 'stats', description: 'Statistics, e.g. /stats 7d agent' },
  { command: 'incidence', description: 'Show a card again: /incidence 42' },
  { command: 'ack', description: 'Acknowledge: /ack 42, or several: /ack 42 43' },
  { command: 'close', description: 'Close: /close 42 resolved paid out' },
  { command: 'tag', description: 'Tag: /tag 42 refund vip' },
  { command: 'transcript', description: 'The whole chat as a file: /transcript 42' },
  { command: 'why', description: 'Full history: /why 42' },
  { command: 'failed', description: 'What could not be delivered' },
  { command: 'whoami', description: 'Your role here, and the IDs' },
  { command: 'help', description: 'How Bellhop works' },
  { command: 'cancel', description: 'Cancel the current question' },
] as const;

export function help(isPaired: boolean): Html {
  return blocks([
    html`🛎 <b>Bellhop</b> shows every customer conversation that needs a person.`,
    lines([
      html`Under each card: <b>Acknowledge</b> makes it yours, <b>Close</b> asks for the outcome, <b>Tag</b> adds tags.`,
      html`🔴 critical  🟠 high  🟡 medium  🟢 low`,
    ]),
    lines(commandMenu.map(({ command, description }) => html`/${command} – ${description}`)),
    !isPaired &&
      html`No chat receives alerts yet. Send /whoami in the team's group and set TELEGRAM_CHAT_ID to the ID it shows.`,
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

export function whoAmI(facts: WhoFacts): Html {
  const { place } = facts;
  const chat = place ? `${place.chatId}${place.threadId === null ? '' : `:${place.threadId}`}` : 'unknown';
  return lines([
    whoIs(facts),
    html`Your ID: <code>${facts.userId ?? 'unknown'}</code>`,
    html`This chat: <code>${chat}</code>`,
    alerts(facts, chat),
  ]);
}

function whoIs({ role, isAgentElsewhere }: WhoFacts): Html {
  if (role) return html`You are <b>${role === 'lead' ? 'a' : 'an'} ${role}</b> here.`;
  if (isAgentElsewhere) return html`You are <b>an agent</b> in the team chat.`;
  return html`You are <b>not on the team</b> here.`;
}

/** The way to get alerts is told to whoever may go it, and to anybody while nobody gets any. */
function alerts({ role, isPaired, isAnyPaired, isAgentElsewhere }: WhoFacts, chat: string): Html | undefined {
  if (isPaired) return html`This chat receives alerts.`;
  if (role === 'admin' || !isAnyPaired) return html`To get alerts here, set TELEGRAM_CHAT_ID=${chat} and restart.`;
  return role || isAgentElsewhere ? html`The team chat receives alerts.` : undefined;
}
