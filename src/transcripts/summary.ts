import { clip } from './clip.ts';
import type { Transcript, TranscriptMessage } from './transcript.ts';

/** A finished chat in five lines. Kept with the transcript, so that a card need not read its messages. */
export type TranscriptSummary = Readonly<{
  messages: number;
  fromAgents: number;
  durationSeconds: number | null;
  /** In the order in which they first wrote; agents without a name are left out. */
  answeredBy: readonly string[];
  /** Null where no message of the visitor has a time. */
  longestWaitSeconds: number | null;
  /** Of the visitor or an agent; `text` is one line. */
  lastWords: Readonly<{ sender: 'visitor' | 'agent'; name: string | null; text: string }> | null;
}>;

/** Characters. */
const longestLastWords = 200;

/** `leftAt`: when the visitor left, if the source said so before. */
export function summarize(transcript: Transcript, leftAt: Date | null): TranscriptSummary {
  const { messages, durationSeconds } = transcript;
  const fromAgents = messages.filter(({ sender }) => sender === 'agent');
  return {
    messages: messages.length,
    fromAgents: fromAgents.length,
    durationSeconds: durationSeconds ?? null,
    answeredBy: [...new Set(fromAgents.flatMap(({ name }) => (name ? [name] : [])))],
    longestWaitSeconds: longestWait(messages, fromAgents.length === 0 ? leftAt : null),
    lastWords: lastWordsOf(messages),
  };
}

/** The visitor wrote and no agent did. What a bot or the system says is no answer. */
export function isUnanswered({ messages }: Pick<Transcript, 'messages'>): boolean {
  return messages.some(({ sender }) => sender === 'visitor') && !messages.some(({ sender }) => sender === 'agent');
}

/** When an agent first wrote after the visitor did; undefined where nobody did or the source does not say. */
export function firstAnswerAt({ messages }: Pick<Transcript, 'messages'>): Date | undefined {
  const asked = messages.findIndex(({ sender }) => sender === 'visitor');
  if (asked === -1) return undefined;
  return messages.slice(asked).find(({ sender, at }) => sender === 'agent' && at)?.at;
}

/**
 * Seconds from a message of the visitor to the next one of an agent. A wait that nobody ended counts up to the visitor's
 * last message: after a `thanks!` nobody waits. One that nobody ever answered counts until the visitor left.
 */
function longestWait(messages: readonly TranscriptMessage[], leftAt: Date | null): number | null {
  let longest: number | null = null;
  let since: number | undefined;
  let last = 0;
  const end = (at: number) => {
    if (since !== undefined) longest = Math.max(longest ?? 0, Math.round((at - since) / 1000));
  };
  for (const { sender, at } of messages) {
    if (!at || sender === 'system') continue;
    last = at.getTime();
    if (sender === 'visitor') since ??= last;
    else {
      end(last);
      since = undefined;
    }
  }
  end(Math.max(last, leftAt?.getTime() ?? 0));
  return longest;
}

function lastWordsOf(messages: readonly TranscriptMessage[]): TranscriptSummary['lastWords'] {
  for (const { sender, name, text, attachments } of messages.toReversed()) {
    const said = text === '' ? attachments.map((file) => `📎 ${file.name}`).join(', ') : text.replaceAll(/\s+/g, ' ');
    if (sender !== 'system' && said !== '') return { sender, name: name ?? null, text: clip(said, longestLastWords) };
  }
  return null;
}
