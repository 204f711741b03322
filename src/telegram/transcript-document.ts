import { InputFile } from 'grammy';
import type { Db } from '../database/connect.ts';
import type { IncidenceView } from '../incidences/incidence-view-store.ts';
import * as transcriptStore from '../transcripts/transcript-store.ts';
import type { Locale } from './locale.ts';
import type { Html } from './views/html.ts';
import { transcriptCaption, transcriptText } from './views/transcript.ts';

/** A transcript as a file and its caption. A buffer and not a stream, so that it can be sent again. */
export async function transcriptDocument(
  db: Db,
  incidence: IncidenceView,
  locale: Locale,
): Promise<{ file: InputFile; caption: Html }> {
  const messages = await transcriptStore.findAllMessages(db, incidence.id);
  const text = Buffer.from(transcriptText(incidence, messages, locale));
  return {
    file: new InputFile(text, `transcript-${incidence.id}.txt`),
    caption: transcriptCaption(incidence, messages, locale.texts),
  };
}
