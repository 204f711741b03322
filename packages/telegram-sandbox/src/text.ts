import { badRequest } from './bot-api-error.ts';
import { detectEntities } from './detect.ts';
import { codePoints } from './code-points.ts';
import { type Entity, trimText } from './entities.ts';
import { parseHtml } from './html.ts';
import { HtmlError } from './html-tags.ts';
import { nestEntities } from './nesting.ts';

export type FormattedText = { text: string; entities: Entity[]; html?: string };
export type TextInput = { text: string; parseMode?: string | undefined; entities?: Entity[] | undefined };

const MAX_INPUT_BYTES = 32_768;
const MAX_ENTITIES = 100;
const REMOVED = /\r|\u0333|\u033F|\u030A|[\u2028-\u202E]/g;

/** A bot's text or caption as Telegram stores it. Throws Telegram's refusals. */
export function formatText(
  input: TextInput,
  limit: { longest: number; tooLong: string; mayBeEmpty: boolean },
): FormattedText {
  if (input.text.length > MAX_INPUT_BYTES / 4 && Buffer.byteLength(input.text) > MAX_INPUT_BYTES) {
    throw badRequest('text is too long');
  }
  const parsed = parse(input);
  const clean = cleanText(parsed.text, parsed.entities);
  if (clean.text === '' && !limit.mayBeEmpty) throw badRequest('text must be non-empty');
  if (clean.text.length > limit.longest && codePoints(clean.text) > limit.longest) throw badRequest(limit.tooLong);
  const entities = nestEntities([...clean.entities, ...detectEntities(clean.text, clean.entities)]).slice(
    0,
    MAX_ENTITIES,
  );
  const mode = input.parseMode?.toLowerCase();
  return mode === 'html' ? { text: clean.text, entities, html: input.text } : { text: clean.text, entities };
}

/** The text people type: cleaned, with what Telegram recognises in it. */
export function typedText(text: string): FormattedText {
  const clean = cleanText(text, []);
  return { text: clean.text, entities: detectEntities(clean.text, []) };
}

function parse(input: TextInput): { text: string; entities: Entity[] } {
  switch (input.parseMode?.toLowerCase() ?? '') {
    case '':
    case 'none':
      return { text: input.text, entities: input.entities ?? [] };
    case 'html':
      try {
        return parseHtml(input.text);
      } catch (error) {
        if (error instanceof HtmlError) throw badRequest(`can't parse entities: ${error.message}`);
        throw error;
      }
    case 'markdown':
    case 'markdownv2':
      throw badRequest('unsupported parse_mode (the sandbox reads HTML only)');
    default:
      throw badRequest('unsupported parse_mode');
  }
}

/** Control characters become spaces or vanish, ends are trimmed, entities move with the text and are made to nest. */
export function cleanText(text: string, entities: Entity[]): { text: string; entities: Entity[] } {
  const spaced = text.replaceAll(/[\u0000-\u0009\u000B\u000C\u000E-\u001F]/g, ' ');
  const removed = [...spaced.matchAll(REMOVED)].map((match) => match.index);
  if (removed.length === 0) return trimText(spaced, nestEntities(entities));
  const moved = (offset: number) => offset - removed.filter((place) => place < offset).length;
  const shifted = entities.map((entity) => {
    const offset = moved(entity.offset);
    return { ...entity, offset, length: moved(entity.offset + entity.length) - offset };
  });
  return trimText(spaced.replaceAll(REMOVED, ''), nestEntities(shifted));
}
