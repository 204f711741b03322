/** Answers to a press, and the same as answers to a command. At most 200 characters (Bot API, answerCallbackQuery). */
export const toasts = {
  openAgain: (id: number) => `#${id} is open again`,
  yours: (id: number) => `#${id} is yours`,
  closed: (id: number, outcome: string) => `#${id} closed · ${outcome}`,
  notFound: 'No such incidence',
  openAsAnother: (id: number) => `This conversation is already open as #${id}`,
  alreadyAcknowledged: (by: string | null) => `Already acknowledged by ${by ?? 'someone'}`,
  alreadyClosed: (by: string | null) => (by === null ? 'Already closed outside Telegram' : `Already closed by ${by}`),
  you: 'you',
  notAcknowledged: "Nobody has acknowledged this, so there's nothing to release",
  notClosed: "This isn't closed, so there's nothing to reopen",
  tagged: (tag: string) => `Tagged ${tag}`,
  alreadyTagged: (tag: string) => `Already tagged ${tag}`,
  tagRemoved: (tag: string) => `Tag ${tag} removed`,
  tagAlreadyRemoved: (tag: string) => `Tag ${tag} was already removed`,
  tagGone: 'This tag no longer exists',
  chooseOutcome: 'How did it end?',
  chooseTag: 'Press a tag to add or remove it',
  sendTag: 'Send me the tag',
  sendNote: 'Send me the note',
  cardOutdated: (id: number) => `This card is out of date. Send /incidence ${id} for a new one.`,
  buttonExpired: "This button has expired. Send /open to see what's open.",
  slow: (seconds: number, command: string | undefined) =>
    `This chat has reached Telegram's rate limit; the buttons change in about ${seconds} s.${command ? ` Faster: ${command}` : ''}`,
  retrying: 'Retrying now',
  alreadyRetried: 'Already retried',
  failed: 'Something went wrong on our side. Try again, or type the command.',
  stormOver: 'This alert storm is over. Send /open to see what is open.',
  nothingHidden: 'Nothing left to show. Send /open to see what is open.',
  showing: (count: number) => `Showing the ${count === 1 ? 'most urgent one' : `${count} most urgent`} now`,
  confirmAcknowledgeAll: (count: number) =>
    `Acknowledge ${count === 1 ? 'the one hidden incidence' : `all ${count} hidden incidences`}? Press again to confirm.`,
  acknowledgedAll: (count: number) => `You acknowledged ${count}. Send /mine to see them.`,
};

/** Why somebody may not act. */
export const refusals = {
  'anonymous-admin':
    'You are posting as an anonymous admin, so the team could not see who did this. Turn off "Remain anonymous" in your admin rights and try again.',
  channel:
    'You are posting as a channel, so the team could not see who did this. Switch to your own account and try again.',
  bot: "Bots can't do this.",
  stranger: 'You are not on this team: only members of its chat can do this. Ask an admin to add you.',
  unknown: "Telegram didn't confirm that you are in this chat. Try again in a moment.",
  formerTeamChat: 'This is no longer the team chat. Use the card in the team chat.',
  agentInPrivate: 'In private chat only leads and admins can use commands. In the team chat you can, as an agent.',
};
