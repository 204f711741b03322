import { type Html, html } from '../../views/html.ts';

/** /settings: what a lead can change, and what was changed by whom. */
export const settings = {
  leadsOnly: html`Only leads and admins can see and change the settings. Ask one of them, or ask an admin to make you a lead.`,
  title: html`⚙️ <b>Settings</b>`,
  contacts: (isShown: boolean) => html`Contacts on cards: ${isShown ? 'shown' : 'hidden, such as j***@e***.com'}`,
  hiddenFields: (fields: string) => html`Fields left out: ${fields || 'none'}`,
  hiddenOf: (source: string, fields: string) => `${source}: ${fields}`,
  routes: (count: number) => html`Routes: ${count} (/routes)`,
  quiet: (state: string) => html`This chat: ${state} (/quiet, /mute)`,
  answers: (isForAsker: boolean) =>
    isForAsker
      ? html`Answers to commands here: only whoever asked sees them, where Bellhop is an admin of the group`
      : html`Answers to commands here: everyone sees them`,
  escalation: html`Who is reminded while nobody acknowledges: /escalation`,
  digest: (time: string, zone: string) => html`Daily digest: ${time}${time === 'off' ? '' : ` (${zone})`}`,
  dates: (language: string, zone: string) => html`Dates: in ${language} (${zone})`,
  environment: html`TIMEZONE and LANGUAGE are set where Bellhop is installed.`,
  digestTitle: html`⚙️ <b>Daily digest</b>
Yesterday's numbers, and on Mondays the week's, in the default chat.`,
  datesTitle: html`⚙️ <b>Language of dates</b>
How days and months are named: on cards, in pictures, transcripts and on the dashboard.`,
  valueChanged: (change: string) => html`✅ ${change.charAt(0).toUpperCase()}${change.slice(1)}.`,
  changed: (change: string) => html`✅ ${change}. Existing cards are updated.`,
  answersChanged: (now: Html) => html`✅ ${now}.`,
  changes: html`<b>Last changes</b>`,
  change: (at: string, change: string, by: string) => html`${at} ${change}, by ${by}`,
  refusals: html`<b>Last refused presses</b> (those under cards: /why)`,
  refusal: (at: string, press: string, times: number) =>
    html`${at} ${press}${times === 1 ? '' : `, ${times} times that day`}`,
  fieldsTitle: (source: string) => html`⚙️ <b>Fields on cards of ${source}</b>\nPress one to show it or leave it out.`,
  quietTitle: html`⚙️ <b>When this chat is quiet</b>
Everything but critical arrives without a sound. Other hours: <code>/quiet 21:30-07:00</code>; another time: <code>/mute 45m</code>.`,
  escalationHowTo: html`Other times or people: <code>/escalation critical 2m duty, 5m leads</code>.`,
  buttons: {
    quiet: 'Quiet hours',
    escalation: 'Reminders',
    routes: 'Routes',
    digest: 'Digest',
    dates: 'Dates',
    noDigest: 'No digest',
    noQuietHours: 'No quiet hours',
    mute: (time: string) => `Mute ${time}`,
    unmute: 'Unmute',
    noReminders: (severity: string) => `${severity}: nobody`,
    usualReminders: (severity: string) => `${severity}: default`,
    contacts: (isShown: boolean) => (isShown ? 'Hide contacts' : 'Show contacts'),
    answers: (isForAsker: boolean) => (isForAsker ? 'Answer for everyone' : 'Answer only whoever asked'),
    fieldsOf: (source: string) => `Fields: ${source}`,
    field: (name: string, isShown: boolean) => `${isShown ? '✅' : '▫️'} ${name}`,
    back: '‹ Back',
  },
  fields: {
    email: 'Email',
    phone: 'Phone',
    place: 'Place',
    property: 'Inbox or property',
    page: 'Page',
    stage: 'Stage',
    screen: 'Screen',
    cart: 'Cart',
    event: 'Event',
    friction: 'Friction score',
    info: 'Additional info',
  },
  toasts: { changed: 'Changed', unchanged: 'Already set that way' },
};
