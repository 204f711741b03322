/** Text for Telegram's parse_mode=HTML, safe by construction: only `html` makes it, and it escapes whatever is put in. */
export type Html = Readonly<{ html: string }>;

export type Part = Html | string | number | null | undefined;

/** The one way to write markup: literal parts are tags, values are escaped unless they are Html already. */
export function html(literals: TemplateStringsArray, ...values: readonly Part[]): Html {
  return { html: literals.map((literal, index) => literal + render(values[index])).join('') };
}

/** Parts one under another; absent ones leave no line. */
export function lines(parts: readonly (Html | undefined | false)[], separator = '\n'): Html {
  return {
    html: parts
      .filter((part) => part !== undefined && part !== false)
      .map((part) => part.html)
      .join(separator),
  };
}

/** Blocks with an empty line between; empty ones leave none. */
export function blocks(parts: readonly (Html | undefined | false)[]): Html {
  return lines(
    parts.filter((part) => part && part.html !== ''),
    '\n\n',
  );
}

/** At most `max` characters (code points, as Telegram counts), the last an ellipsis when something was cut. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const characters = [...text];
  return characters.length <= max
    ? text
    : `${characters
        .slice(0, max - 1)
        .join('')
        .trimEnd()}…`;
}

/** The same words without markup, for when Telegram does not accept the HTML: an alert must not be lost for a tag. */
export function plainText(markup: Html): string {
  return markup.html
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}

function render(value: Part): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? value.html : escape(String(value));
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
