import type { Role } from '../../../people/person.ts';
import { type Html, html } from '../../views/html.ts';
import { counted } from './words.ts';

type CommandText = Readonly<{ does: string; example?: string }>;

/** What each command does, and what may follow it. */
export const commandTexts: Readonly<Record<string, CommandText>> = {
  open: { does: 'Open incidences, most urgent first', example: 'high tawk' },
  mine: { does: 'Open incidences you acknowledged' },
  find: { does: 'Find customers, messages, notes and tags', example: 'refund visa' },
  stats: { does: 'Statistics', example: '7d agent' },
  export: { does: 'Incidences as CSV, or transcripts, in private (leads)', example: '30d' },
  dashboard: { does: 'The link to the dashboard (leads)' },
  incidence: { does: 'Show a card again', example: '42' },
  ack: { does: 'Acknowledge one or more', example: '42 43' },
  close: { does: 'Close with an outcome and a note', example: '42 resolved paid out' },
  tag: { does: 'Add tags', example: '42 refund vip' },
  severity: { does: 'Change the severity', example: '42 high' },
  assign: { does: 'Assign it to somebody', example: '42 @ben' },
  undo: { does: 'Undo the last action, within five minutes', example: '42' },
  snooze: { does: 'Keep it silent: 30m, 2h, 18:00, tomorrow, monday', example: '42 tomorrow' },
  note: { does: 'Add a note for the team', example: '42 called her back' },
  reply: { does: 'Write to the customer, with a preview', example: '42 On its way!' },
  transcript: { does: 'Send a finished Tawk chat as a page, or as txt', example: '42 txt' },
  why: { does: 'History of an incidence', example: '42' },
  route: { does: 'Choose what comes to this chat or topic (leads)', example: 'tawk high+' },
  routes: { does: 'All routes, with buttons to remove them (leads)' },
  quiet: { does: 'Hours without a sound in this chat (leads)', example: '22:00-08:00' },
  mute: { does: 'No sound in this chat for a while (leads)', example: '30m' },
  unmute: { does: 'End /mute (leads)' },
  settings: { does: 'Settings, and who changed them (leads)' },
  severity_words: { does: 'Words that decide the severity (leads)', example: 'add critical gift card' },
  severity_labels: { does: 'Labels that decide the severity (leads)', example: 'add high vip' },
  severity_attributes: { does: 'Attributes that decide the severity (leads)', example: 'add high tier=gold' },
  onduty: { does: 'Go on duty and see what waits', example: '18:00' },
  offduty: { does: 'Go off duty and hand over what you hold' },
  duty: { does: 'Who is on duty' },
  escalation: { does: 'Who is reminded when nobody acknowledges' },
  failed: { does: 'Failed deliveries, with a Retry button' },
  setup: { does: 'Send alerts to this chat or topic (admins)' },
  team: { does: 'People and their roles (admins)' },
  invite: { does: 'A link that makes somebody an agent or a lead (leads)', example: 'agent' },
  remove: { does: 'Remove somebody from the team (admins)', example: '500000101' },
  role: { does: 'Give somebody another role (admins)', example: '500000101 lead' },
  link: { does: 'Act in Chatwoot as yourself (private chat)' },
  unlink: { does: 'Stop acting in Chatwoot as yourself' },
  whoami: { does: "Your role, your ID and this chat's ID" },
  help: { does: 'How Bellhop works' },
  cancel: { does: 'Cancel the current question' },
};

export const help = {
  intro: html`🛎 <b>Bellhop</b> shows every customer conversation that needs a person.`,
  buttons: html`Under each card: <b>Acknowledge</b> makes it yours, <b>Close</b> asks for the outcome, <b>Tag</b> adds tags.`,
  command: (command: string, { does, example }: CommandText) =>
    html`/${command}${example ? html` <i>${example}</i>` : ''} – ${does}`,
  /** In the menu, where the command itself is shown already. */
  menuEntry: (command: string, { does, example }: CommandText) => (example ? `${does}: /${command} ${example}` : does),
  severities: html`🔴 critical  🟠 high  🟡 medium  🟢 low`,
  elsewhere: html`The team's group offers all commands; /help there lists them.`,
  notPaired: html`No chat receives alerts yet. An admin types /setup in the team's group.`,
};

export const whoAmI = {
  role: (role: Role) => html`You are <b>${role === 'lead' ? 'a' : 'an'} ${role}</b> here.`,
  agentElsewhere: html`You are <b>an agent</b> in the team chat.`,
  stranger: html`You are <b>not on this team</b>.`,
  yourId: (id: number | undefined) => html`Your ID: <code>${id ?? 'unknown'}</code>`,
  thisChat: (chat: string | undefined) => html`This chat: <code>${chat ?? 'unknown'}</code>`,
  alertsHere: html`This chat receives alerts.`,
  getAlertsHere: html`To get alerts here, an admin types /setup.`,
  alertsElsewhere: html`The team chat receives alerts.`,
};

export const commands = {
  whichOne: (example: string) => html`Which one? For example ${example}`,
  tooMany: (count: number, max: number) => html`Too many: /ack accepts up to ${max} numbers, and you sent ${count}.`,
  notNumbers: (words: string) => html`Ignored, not an incidence number: ${words}`,
  noSuchIncidence: (id: number) => html`No incidence #${id}. Send /open to list open incidences.`,
  unknownCommand: (name: string) => html`I don't know /${name}. /help lists the commands.`,
  notACommand: html`I read commands, and replies to my questions: hold my question and choose Reply. /help lists the commands.`,
  failed: html`Something went wrong. Try again in a moment.`,
  unwritable: html`Nothing was changed: Bellhop's database can't be written right now. The admins have been notified.`,
  outcomeDoubt: (id: number, typed: string, meant: string) =>
    html`#${id} is not closed yet: “${typed}” is not an outcome. Did you mean ${meant}?`,
  keepAsNote: html`To close as resolved and keep that text as a note:`,
  noteAdded: (note: string, isCutTo: number | undefined) => ` · note${cut(isCutTo)}: ${note}`,
  whichSeverity: (example: string) =>
    html`Which one, and how severe: low, medium, high or critical? For example ${example}`,
  whichPerson: (example: string) => html`Which one, and to whom? For example ${example}`,
  noSuchPerson: (typed: string, team: string) => html`“${typed}” is not on this team. Choose one of: ${team}`,
  whichOfThem: (typed: string, people: string) => html`“${typed}” may be one of: ${people}. Which one?`,
  whichSnooze: (example: string) =>
    html`Which one, and until when: 30m, 2h, 18:00, tomorrow or monday (1 minute to 30 days)? For example ${example}`,
  whichNote: (example: string) => html`Which one, and what should the team know? For example ${example}`,
  whichTags: (example: string) => html`Which one, and which tags? For example ${example}`,
  tagsOf: (id: number, tags: string) => html`Tags of #${id}: ${tags}`,
  noTranscript: (id: number, isTawkChat: boolean) =>
    html`No transcript for #${id}${isTawkChat ? ' yet. Tawk sends it about three minutes after the visitor leaves.' : '. Only Tawk chats have one.'}`,
  noSuchType: (id: number, word: string) =>
    html`I can't send a transcript as “${word}”. /transcript ${id} sends a page, /transcript ${id} txt plain text.`,
  filesForbidden: (id: number) =>
    html`I'm not allowed to send files in this chat. Send /transcript ${id} in another chat, or ask an admin to allow files here.`,
  thisChat: 'this chat',
};

export const openList = {
  title: (filters: string) => (filters === '' ? 'Open' : `Open, ${filters}`),
  heading: (title: string, count: number) => html`📂 <b>${title}: ${count}</b>`,
  allClear: html`✅ All caught up: nothing is open.`,
  unprocessed: (count: number) =>
    html`⏳ ${counted(count, 'received event')} ${count === 1 ? 'is' : 'are'} still being processed and may add to this list.`,
  noMatch: (title: string, open: number) => html`📂 <b>${title}:</b> no matches. ${open} open in total: /open`,
  range: (first: number, last: number, count: number, hint: string | undefined) =>
    html`${first}–${last} of ${count}${hint === undefined ? '' : `. ${hint}`}`,
  narrow: (commands: readonly string[]) =>
    commands.length === 0 ? 'Narrow it down with a source or a tag.' : `Narrow it down: ${commands.join(', ')}`,
  noSuchTag: (word: string, choices: string) =>
    html`There is no tag “${word}”. Use /open with a tag or one of: ${choices}`,
  conversation: (id: string) => `conversation ${id}`,
  snoozed: (until: string) => `💤 until ${until}`,
};

/** Under every list that has several pages. */
export const pages = {
  previous: '‹',
  next: '›',
  expired: 'This list is too old to turn its pages. Send the command again.',
};

export const dialogs = {
  ask: (question: 'new-tag' | 'write-note' | 'note', mention: Html, id: number) =>
    html`${mention}, reply with ${question === 'new-tag' ? 'the new tag' : 'the note'} for #${id} (or /cancel).`,
  tagPlaceholder: 'refund',
  notePlaceholder: 'What should the team know?',
  you: 'You',
  cancelled: html`Cancelled.`,
  nothingToCancel: html`Nothing to cancel.`,
  emptyTag: html`A tag needs a letter or a digit. Press <b>New tag…</b> again.`,
  emptyNote: html`Your message has no text that can be seen. Press the button on the card again.`,
  tagged: (id: number, tag: string) => html`Tagged #${id}: ${tag}`,
  noteSavedOn: (id: number, isCutTo: number | undefined) => html`Note saved on #${id}${cut(isCutTo)}.`,
  noteSaved: (id: number, isCutTo: number | undefined) => html`Note saved${cut(isCutTo)}. Close #${id} as:`,
  askedAnother: (name: string) => html`This question was for ${name}. To start your own, press a button on the card.`,
  expired: html`This question has expired. Press the button on the card again.`,
};

export const failed = {
  nothing: html`✅ No failed deliveries. Everything was delivered or is still queued.`,
  heading: (total: number) =>
    total === 0 ? html`✅ <b>No failed deliveries</b>` : html`⚠️ <b>Failed deliveries: ${total}</b>`,
  older: (count: number) => html`… and ${count} older`,
  retry: (name: string) => `Retry ${name}`,
  delivery: (id: number) => `delivery ${id}`,
  line: (line: { name: string; kind: string; ago: string | undefined; attempts: number; reason: string | undefined }) =>
    html`<b>${line.name}</b> (${line.kind})${line.ago ? `, ${line.ago} ago` : ''}, ${counted(line.attempts, 'attempt')}: ${line.reason ?? 'unknown reason'}`,
  lostChat: (chatId: string, reason: string | undefined) =>
    html`🆘 I can't send messages to chat <code>${chatId}</code>: ${reason ?? 'unknown reason'}`,
};

function cut(characters: number | undefined): string {
  return characters === undefined ? '' : `, cut to ${characters} characters`;
}
