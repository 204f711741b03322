/** How Telegram counts characters: an emoji outside the BMP is one, though it is two UTF-16 units. */
export function codePoints(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit >= 0xdc_00 && unit <= 0xdf_ff) count -= 1;
  }
  return count;
}
