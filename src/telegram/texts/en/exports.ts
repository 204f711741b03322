import { html } from '../../views/html.ts';

const transcripts = (count: number) => (count === 1 ? '1 transcript' : `${count.toLocaleString('en')} transcripts`);
const incidences = (count: number) => (count === 1 ? '1 incidence' : `${count.toLocaleString('en')} incidences`);

export const exports = {
  counted: { incidences, transcripts },
  leadsOnly: html`Only leads and admins can export.`,
  notUnderstood: (word: string, periods: string) =>
    html`/export doesn't know “${word}”. Use a period (${periods}), with “transcripts” for the chats: /export 7d transcripts`,
  nothing: (kind: 'incidences' | 'transcripts', period: string) =>
    kind === 'incidences'
      ? html`No incidences were opened in the period: ${period}.`
      : html`No transcripts are stored for the period: ${period}.`,
  running: html`Your last export is still on its way. Try again when it has arrived.`,
  caption: (counted: string, period: string, part: string) =>
    html`${counted}, opened: ${period}${part}. This export is recorded under your name.`,
  part: (number: number, all: number) => ` · part ${number} of ${all}`,
  sent: (counted: string) => html`${counted} sent to you in private.`,
  startFirst: (username: string) =>
    html`Bellhop cannot write to you yet. Open https://t.me/${username}, press <b>Start</b> and repeat the command.`,
};
