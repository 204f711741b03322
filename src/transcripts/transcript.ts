export type TranscriptMessage = Readonly<{
  sender: 'visitor' | 'agent' | 'system';
  name: string | undefined;
  text: string;
  at: Date | undefined;
  attachments: readonly TranscriptAttachment[];
}>;

/** A file a message carried: shown by name, its link never fetched by us. `url` only when it is http(s) and not over 2,000 characters. */
export type TranscriptAttachment = Readonly<{
  name: string;
  url: string | undefined;
  mimeType: string | undefined;
  bytes: number | undefined;
}>;

export type Transcript = Readonly<{
  messages: readonly TranscriptMessage[];
  /** From the message times, else as the source reports it; undefined when neither is known. */
  durationSeconds: number | undefined;
}>;
