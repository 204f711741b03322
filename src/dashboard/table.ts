import { type Html, html, lines } from '../telegram/views/html.ts';
import { span } from '../telegram/views/words.ts';

/** Rows under a head. It scrolls by itself where a phone is too narrow, by keyboard too. `name`: what it lists. */
export function table(name: string, heads: readonly string[], rows: readonly Html[]): Html {
  const head = lines(
    heads.map((text) => html`<th scope="col">${text}</th>`),
    '',
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${name}"><table><thead><tr>${head}</tr></thead><tbody>
${lines(rows)}
</tbody></table></div>`;
}

export function duration(seconds: number | null): string {
  return seconds === null ? '–' : span(seconds * 1000);
}

const shades = 5;

/** The class that colours a field by how it compares with the largest. */
export function shadeOf(count: number, most: number): string {
  return `heat-${most === 0 ? 0 : Math.ceil((shades * count) / most)}`;
}
