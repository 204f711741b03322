/**
 * Chatwoot renders outgoing content and notes as Liquid before it stores them, and backticks do not protect a text that
 * holds `{% endraw %}`. A zero-width space inside every opening brace pair keeps the text as it is written.
 */
export function withoutLiquid(text: string): string {
  return text.replaceAll(/\{(?=[{%])/g, '{\u200B');
}
