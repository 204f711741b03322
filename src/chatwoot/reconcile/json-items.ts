const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket] = [...'"\\{}[]'].map((char) =>
  char.charCodeAt(0),
);

/** `{"data":{"payload":[{…},…]}}`: the array is the third level. */
const itemDepth = 3;

/**
 * The objects of a list that Chatwoot answers with, each as its bytes, while the answer is still coming: a list of ten
 * thousand conversations is 50 MB, of which only one is held at a time.
 */
export async function* itemsIn(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let depth = 0;
  let inString = false;
  let isEscaped = false;
  /** Chunks of the item that is being read. */
  let parts: Buffer[] = [];
  /** Where the item begins in this chunk; -1: none is being read. */
  let start = -1;
  for await (const chunk of chunks) {
    if (start !== -1) start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (inString) {
        if (isEscaped) isEscaped = false;
        else if (byte === backslash) isEscaped = true;
        else if (byte === quote) inString = false;
      } else if (byte === quote) inString = true;
      else if (byte === openBrace || byte === openBracket) {
        if (depth === itemDepth && byte === openBrace && start === -1) start = at;
        depth += 1;
      } else if (byte === closeBrace || byte === closeBracket) {
        depth -= 1;
        if (depth === itemDepth && start !== -1) {
          yield Buffer.concat([...parts, chunk.subarray(start, at + 1)]);
          parts = [];
          start = -1;
        }
      }
    }
    // Copied: the chunk itself may be large.
    if (start !== -1) parts.push(Buffer.from(chunk.subarray(start)));
  }
  if (depth !== 0) throw new Error('the answer ended before it was complete');
}
