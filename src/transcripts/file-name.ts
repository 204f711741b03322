/** The longest name in characters: in any script it stays within 255 bytes, the limit of most file systems. */
const longestSlug = 40;

/**
 * `transcript-42-priya.html`. Names keep their script, because most file systems and Telegram do; only Latin letters lose
 * their accents. Whatever is neither letter nor digit becomes a dash, so that no name leaves its directory or hides its type.
 */
export function transcriptFileName(incidenceId: number, customerName: string | null, type: 'html' | 'txt'): string {
  const slug = slugOf(customerName ?? '');
  return `transcript-${incidenceId}${slug === '' ? '' : `-${slug}`}.${type}`;
}

function slugOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/(?<=\p{Script=Latin})\p{M}+/gu, '')
    .normalize('NFC')
    .toLowerCase();
  const joined = plain
    .replaceAll(/[\p{Default_Ignorable_Code_Point}'’]/gu, '')
    .replaceAll(/(?:(?![\p{L}\p{N}\p{M}]).)+/gsu, '-');
  return [...joined]
    .slice(0, longestSlug)
    .join('')
    .replaceAll(/^[^\p{L}\p{N}]+|-+$/gu, '');
}
