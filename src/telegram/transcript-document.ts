import { InputFile } from 'grammy';
import type { Db } from '../database/connect.ts';
import type { IncidenceView } from '../incidences/incidence-view-store.ts';
import { transcriptFileName } from '../transcripts/file-name.ts';
import * as transcriptStore from '../transcripts/transcript-store.ts';
import { shownIncidence, shownText } from './views/shown-incidence.ts';
import type { Locale } from './locale.ts';
import type { Html } from './views/html.ts';
import { transcriptCaption, transcriptText } from './views/transcript.ts';
import { transcriptPage } from './views/transcript-page.ts';

/** To look at and print, or as plain text to search and copy. */
export const transcriptTypes = ['html', 'txt'] as const;
export type TranscriptType = (typeof transcriptTypes)[number];

const writers = { html: transcriptPage, txt: transcriptText } as const satisfies Record<TranscriptType, unknown>;

/** A transcript as a file and its caption. A buffer and not a stream, so that it can be sent again. */
export async function transcriptDocument(
  db: Db,
  whole: IncidenceView,
  locale: Locale,
  type: TranscriptType = 'html',
): Promise<{ file: InputFile; caption: Html }> {
  const incidence = shownIncidence(whole, locale.cards());
  const said = await transcriptStore.findAllMessages(db, incidence.id);
  const messages = said.map((one) => ({ ...one, text: shownText(one.text, locale.cards()) }));
  const content = Buffer.from(writers[type](incidence, messages, locale));
  return {
    file: new InputFile(content, transcriptFileName(incidence.id, incidence.customerName, type)),
    caption: transcriptCaption(incidence, messages, locale.texts),
  };
}
