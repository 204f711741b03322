import type { ChatRight } from '../../chat-rights.ts';
import { html } from '../../views/html.ts';

/** From the first start to the first card: pairing, and /setup. */
export const setup = {
  firstAdmin: (name: string) =>
    html`👋 Welcome, ${name}. You are now <b>the admin</b> of this Bellhop. The link you opened no longer works.`,
  nextAddMe: html`Next, add me to your team's group: press the button, choose the group, then press <b>Send alerts here</b> there. A new group is fine.`,
  addMe: 'Add me to your group',
  badLink: html`This link has been used, has expired or is incomplete. Ask whoever gave it to you for a new one.`,

  heading: (start: string, place: string) => html`<b>${start}${place}</b>`,
  headingStart: '⚙️ Setup: ',
  added: html`👋 Thank you for adding me. I show every customer conversation that needs a person.`,
  addedByAnother: html`👋 Hello. I show customer conversations that need a person. To send alerts here, a Bellhop admin must type /setup in this group.`,
  back: html`👋 I'm back. Alerts come here again, with everything that is still open.`,
  backSetup: html`To change that: /setup`,
  becameSupergroup: html`🔄 Telegram made this group a supergroup, with another ID. I followed: alerts come here as before, and open cards are sent again.`,
  rights: {
    write: {
      has: 'I can write here',
      missing: "I can't write here, so no card is shown. Allow me to send messages.",
    },
    files: {
      has: 'I can send files',
      missing: "I can't send files, so no transcript is shown. Allow me to send files.",
    },
    members: {
      has: 'I can see who is in this group',
      missing:
        "I'm not an admin here, so I can't always check whether somebody who presses a button is still in this group. Make me an admin; I need no particular right.",
    },
    topics: {
      has: 'I can manage topics',
      missing:
        "I don't have the right “Manage topics”, so I can't write in closed topics or create new ones. Add it to my admin rights.",
    },
  } satisfies Record<ChatRight, Readonly<{ has: string; missing: string }>>,
  has: (right: string) => html`✅ ${right}`,
  missing: (right: string) => html`⚠️ ${right}`,
  unknownRights: html`⚠️ Telegram doesn't say which rights I have here. Press Check again in a moment.`,
  nowhere: html`No chat receives alerts yet. Those that have already arrived will be shown in the chat you choose.`,
  here: html`🔔 <b>Alerts come here.</b>`,
  elsewhere: (title: string) => html`Alerts go to <b>${title}</b>. <b>Send alerts here</b> moves them.`,
  configuredHere: html`🔔 <b>Alerts come here</b>, as TELEGRAM_CHAT_ID says.`,
  configuredElsewhere: (chat: string) =>
    html`Alerts go to <code>${chat}</code>, as TELEGRAM_CHAT_ID says. It overrides a choice made here: to choose in Telegram, remove it from the settings and restart.`,
  sendHere: 'Send alerts here',
  sendTest: 'Send a test card',
  stop: 'Stop sending here',
  checkAgain: 'Check again',
  bySeverity: 'One topic per severity',
  bySource: 'One topic per source',
  sourceTopics: { chatwoot: 'Chatwoot', tawk: 'Tawk.to' },
  severityTopic: (severity: string) => `${severity.charAt(0).toUpperCase()}${severity.slice(1)}`,
  topicsCreated: (names: string) =>
    html`🗂 Created with their routes: <b>${names}</b>. Matching incidences go there from now on. /routes lists and removes routes.`,
  topicsThere: html`These topics already exist, with their routes: /routes`,
  topicsRefused: (reason: string) =>
    html`⚠️ Telegram refuses to create more topics: ${reason}. Give me the right “Manage topics”, then press again; the topics created so far stay.`,
  adminsOnly: html`Only admins can set up where alerts go. Ask one of them to type /setup here.`,
  inPrivate: html`Type /setup in the group or topic that is to receive alerts. To add me to one, press the button.`,
  toasts: {
    adminsOnly: 'Only admins can set up where alerts go.',
    sendingHere: 'Alerts come here from now on',
    alreadyHere: 'Alerts come here already',
    stopped: 'Alerts no longer come here',
    notHere: 'Alerts did not come here',
    configured: 'TELEGRAM_CHAT_ID decides where alerts go. Remove it from the settings and restart to choose here.',
    testSent: 'A test card is on its way',
    checked: 'Checked',
    creating: 'Creating the topics…',
    creatingAlready: 'The topics are already being created.',
  },
};
