import { BackupError, endOfRows } from './format.ts';

const newline = '\n'.charCodeAt(0);
/** Bytes of a line of JSON: a few thousand are usual. */
const longestLine = 1_000_000;

/** Reads the parts of a backup one after the other; in memory is never more than a piece, or a line of JSON. */
export type Reader = Readonly<{
  /** Undefined at the end. */
  line: () => Promise<string | undefined>;
  /** The rows up to their end mark, which is read as well. Throws where the backup ends before. */
  rows: () => AsyncGenerator<Buffer, void>;
}>;

export function createReader(pieces: AsyncIterable<Buffer>): Reader {
  const source = pieces[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);

  async function readMore(): Promise<boolean> {
    const next = await source.next();
    if (next.done === true) return false;
    rest = Buffer.concat([rest, next.value]);
    return true;
  }

  function take(bytes: number): Buffer {
    const taken = rest.subarray(0, bytes);
    rest = rest.subarray(bytes);
    return taken;
  }

  async function line(): Promise<string | undefined> {
    for (;;) {
      const end = rest.indexOf(newline);
      if (end !== -1) return take(end + 1).toString('utf8');
      if (rest.length > longestLine || !(await readMore())) break;
    }
    if (rest.length > 0) throw new BackupError('The file is not a backup of Bellhop, or is cut off.');
    return undefined;
  }

  async function* rows(): AsyncGenerator<Buffer, void> {
    // The mark is a line of its own; no line of COPY equals it.
    for (let isFirstLine = true; ; ) {
      if (isFirstLine && rest.indexOf(endOfRows) === 0) {
        take(endOfRows.length);
        return;
      }
      const mark = rest.indexOf(`\n${endOfRows}`);
      if (mark !== -1) {
        yield take(mark + 1);
        take(endOfRows.length);
        return;
      }
      // The mark may have begun in what stays.
      if (rest.length > endOfRows.length) {
        isFirstLine = false;
        yield take(rest.length - endOfRows.length);
      }
      if (!(await readMore())) throw new BackupError('The backup is cut off in the middle of a table.');
    }
  }

  return { line, rows };
}
