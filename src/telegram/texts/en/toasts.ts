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
  someone: 'someone',
  notAcknowledged: "Nobody has acknowledged this, so there's nothing to release",
  severity: (id: number, severity: string) => `#${id} is now ${severity}`,
  sameSeverity: 'It already has this severity',
  assigned: (id: number, to: string | null) => `#${id} is assigned to ${to ?? 'someone'}`,
  chooseAssignee: 'Who should take it? 🟢 is on duty',
  notOfTeam: 'This person is no longer on the team',
  undone: (what: string) => `Undone: ${what}`,
  nothingToUndo: "There's nothing to undo",
  tooLateToUndo: 'Too late: an action can be undone for five minutes',
  changedSince: "It has changed since then, so this can't be undone",
  changedMeanwhile: 'It has changed in the meantime, so nothing was done. Look at the card again.',
  meanwhile: (what: string) => `Meanwhile: ${what}. Nothing was changed.`,
  snoozed: (id: number, until: string) => `#${id} is snoozed until ${until}`,
  chooseSnooze: 'Snooze until when?',
  noContact: 'Neither an email address nor a phone number of the customer is known',
  chooseMore: 'What would you like to do?',
  chooseSeverity: 'Choose a severity',
  notClosed: "This isn't closed, so there's nothing to reopen",
  tagged: (tag: string) => `Tagged ${tag}`,
  alreadyTagged: (tag: string) => `Already tagged ${tag}`,
  tagRemoved: (tag: string) => `Tag ${tag} removed`,
  tagAlreadyRemoved: (tag: string) => `Tag ${tag} was already removed`,
  tagGone: 'This tag no longer exists',
  chooseOutcome: 'Choose an outcome',
  chooseTag: 'Press a tag to add or remove it',
  sendTag: 'Reply to my message with the tag',
  sendNote: 'Reply to my message with the note',
  cardOutdated: (id: number) => `This card is outdated. Send /incidence ${id} to get a current one.`,
  buttonExpired: 'This button has expired. Send /open to list open incidences.',
  slow: (seconds: number, command: string | undefined) =>
    `Telegram is limiting this chat, so the buttons will change in about ${seconds} s.${command ? ` To act now, send: ${command}` : ''}`,
  retrying: 'Retrying now',
  alreadyRetried: 'Already retried',
  failed: 'Something went wrong. Try again in a moment.',
  unwritable: "Nothing was changed: Bellhop's database can't be written right now. The admins have been notified.",
  stormOver: 'This alert storm is over. Send /open to list open incidences.',
  nothingHidden: 'Nothing left to show. Send /open to list open incidences.',
  showing: (count: number) => `Showing the ${count === 1 ? 'most urgent one' : `${count} most urgent`} now`,
  confirmAcknowledgeAll: (count: number) =>
    `Acknowledge ${count === 1 ? 'the one hidden incidence' : `all ${count} hidden incidences`}? Press again to confirm.`,
  acknowledgedAll: (count: number) =>
    count === 1
      ? 'The incidence is now yours. Send /mine to list it.'
      : `${count} incidences are now yours. Send /mine to list them.`,
};

/** Why somebody may not act. */
export const refusals = {
  'anonymous-admin':
    'You are posting as an anonymous admin, so the team could not see who did this. Turn off "Remain anonymous" in your admin rights, or write to me in a private chat.',
  channel:
    'You are posting as a channel, so the team could not see who did this. Switch to your own account and try again.',
  bot: "Bots can't do this.",
  removed: 'You were removed from this team. To come back, ask an admin for an invitation.',
  stranger: 'Only members of the team chat can do this. Ask an admin to add you.',
  unknown: "Telegram didn't confirm that you are in this chat. Try again in a moment.",
  formerTeamChat: 'The team has moved to another chat. Use the card there.',
  agentInPrivate: 'Agents can use buttons and commands only in the team chat. Try it there.',
};
