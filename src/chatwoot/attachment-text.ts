import { cleanLine, cleanText } from '../sources/clean-text.ts';
import type { Message } from './payload.ts';

type Attachment = NonNullable<Message['attachments'][number]>;

const maxNamed = 5;

/** Chatwoot's `file_type`, for people. */
const kinds: Readonly<Record<string, string>> = {
  image: '🖼 Image',
  audio: '🎤 Voice message',
  video: '🎬 Video',
  file: '📎 File',
  location: '📍 Location',
  contact: '👤 Contact',
  fallback: '🔗 Link',
  embed: '🔗 Embedded content',
  share: '🔗 Shared post',
  story_mention: '🔗 Mention in a story',
  ig_reel: '🔗 Instagram reel',
  ig_post: '🔗 Instagram post',
  ig_story: '🔗 Instagram story',
};

/** What came with a message, a line each: its kind and what is known of it. */
export function attachmentLines(attachments: Message['attachments']): string | undefined {
  const lines = attachments.slice(0, maxNamed).map((attachment) => lineOf(attachment ?? {}));
  if (attachments.length > maxNamed) lines.push(`… and ${attachments.length - maxNamed} more`);
  return lines.join('\n') || undefined;
}

/** The words of voice messages, once Chatwoot has transcribed them. */
export function transcribedWords(
  attachments: readonly (Pick<Attachment, 'transcribed_text'> | undefined)[],
): string | undefined {
  const words = attachments.map((attachment) => cleanText(attachment?.transcribed_text ?? '')).filter(Boolean);
  return words.length > 0 ? words.map((text) => `🎤 ${text}`).join('\n') : undefined;
}

function lineOf(attachment: Attachment): string {
  const kind = kinds[attachment.file_type ?? ''] ?? '📎 File';
  const facts = [nameOf(attachment), sizeOf(attachment)].filter(Boolean).join(', ');
  return facts ? `${kind}: ${facts}` : kind;
}

function nameOf({ fallback_title, meta, coordinates_lat, coordinates_long, data_url }: Attachment): string {
  const person = [meta?.first_name, meta?.last_name].map((name) => cleanLine(name ?? '', 80)).filter(Boolean);
  const title = cleanLine(fallback_title ?? '', 80);
  if (person.length > 0) return [person.join(' '), title].filter(Boolean).join(', ');
  const isSomewhere = coordinates_lat !== undefined && coordinates_long !== undefined;
  return title || (isSomewhere ? `${coordinates_lat}, ${coordinates_long}` : cleanLine(fileName(data_url) ?? '', 80));
}

function sizeOf({ file_size: bytes }: Attachment): string | undefined {
  if (bytes === undefined) return undefined;
  return bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** The last part of the link's path; the link itself opens the file to anyone and is not kept. */
function fileName(url: string | undefined): string | undefined {
  const segment = URL.parse(url ?? '')
    ?.pathname.split('/')
    .at(-1);
  if (segment === undefined) return undefined;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
