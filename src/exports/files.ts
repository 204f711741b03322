import { open, type FileHandle, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Zip, ZipDeflate } from 'fflate';

/**
 * Telegram takes 50 MB. Less, so that a part is uploaded within the time that a call may take (telegram/bot.ts) over a
 * line of 5 Mbit/s.
 */
const longestPart = 20_000_000;
/** A ZIP file without its 64-bit extension holds 65,535. */
const mostEntries = 60_000;

/** Works with a directory that only this user can read, and removes it. */
export async function inTemporaryDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'bellhop-export-'));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Writes files that each begin with `head` and are short enough; no chunk is divided. Returns their paths. */
export async function writeParts(
  directory: string,
  { head, chunks, longest = longestPart }: Readonly<{ head: string; chunks: AsyncIterable<string>; longest?: number }>,
): Promise<string[]> {
  const parts = createParts(directory);
  try {
    for await (const text of chunks) {
      const chunk = Buffer.from(text);
      if (!parts.current || parts.bytes + chunk.length > longest) {
        await parts.begin();
        await parts.write(Buffer.from(head));
      }
      await parts.write(chunk);
    }
    return parts.paths;
  } finally {
    await parts.current?.close();
  }
}

/** Writes ZIP files that are short enough, one entry after the other. Returns their paths. */
export async function writeZips(
  directory: string,
  entries: AsyncIterable<Readonly<{ name: string; content: Buffer }>>,
  longest: number = longestPart,
): Promise<string[]> {
  const parts = createParts(directory);
  let chunks: Uint8Array[] = [];
  let zip: Zip | undefined;
  let count = 0;
  const flush = async () => {
    const ready = chunks;
    chunks = [];
    for (const chunk of ready) await parts.write(chunk);
  };
  const end = async () => {
    zip?.end();
    await flush();
  };
  try {
    for await (const { name, content } of entries) {
      // Compressed it is shorter, which nobody knows before.
      if (!zip || count === mostEntries || parts.bytes + content.length > longest) {
        await end();
        await parts.begin();
        count = 0;
        zip = new Zip((error, chunk) => {
          if (error) throw error;
          chunks.push(chunk);
        });
      }
      const entry = new ZipDeflate(name, { level: 6 });
      zip.add(entry);
      entry.push(content, true);
      count += 1;
      await flush();
    }
    await end();
    return parts.paths;
  } finally {
    await parts.current?.close();
  }
}

function createParts(directory: string) {
  const parts = {
    paths: [] as string[],
    current: undefined as FileHandle | undefined,
    bytes: 0,
    begin: async () => {
      await parts.current?.close();
      const path = join(directory, String(parts.paths.length + 1));
      parts.current = await open(path, 'wx', 0o600);
      parts.paths.push(path);
      parts.bytes = 0;
    },
    write: async (chunk: Uint8Array) => {
      await parts.current?.writeFile(chunk);
      parts.bytes += chunk.length;
    },
  };
  return parts;
}
