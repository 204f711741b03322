/**
 * What Chatwoot does to outgoing content before it saves it (`Liquidable`): text in backticks becomes a raw block, then
 * everything is rendered. Unknown variables render as nothing, tags disappear.
 */
export function renderLiquid(content: string, variables: Readonly<Record<string, string | null>>): string {
  const protectedText = content.replace(/`(.*?)`/gs, '{% raw %}`$1`{% endraw %}');
  const parts = protectedText.split(/\{%-?\s*raw\s*-?%\}([\s\S]*?)\{%-?\s*endraw\s*-?%\}/);
  return parts.map((part, index) => (index % 2 === 1 ? part : renderPart(part, variables))).join('');
}

function renderPart(part: string, variables: Readonly<Record<string, string | null>>): string {
  return part
    .replace(/\{\{-?\s*([\s\S]*?)\s*-?\}\}/g, (_, name: string) => variables[name] ?? '')
    .replace(/\{%[\s\S]*?%\}/g, '');
}
