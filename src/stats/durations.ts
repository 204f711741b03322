/** Seconds below are counted in an array: a day and a half. Longer ones are few. */
const countedSeconds = 1 << 17;
/** So many seconds make a block, as a power of two: a quantile is looked for among the blocks, then within one. */
const blockBits = 8;

/** Durations in whole seconds, of which quantiles are exact. */
export type Durations = Readonly<{
  add: (seconds: number) => void;
  count: () => number;
  /** Between two of them in proportion, as PostgreSQL's `percentile_cont`; null of none. */
  quantile: (part: number) => number | null;
  /** There is none any more. To be used again, since it takes half a megabyte. */
  clear: () => void;
}>;

export function createDurations(): Durations {
  const counts = new Uint32Array(countedSeconds);
  const blocks = new Uint32Array(countedSeconds >> blockBits);
  let long: number[] = [];
  /** The long ones in order, once they are asked for. */
  let sorted: Uint32Array | undefined;
  let count = 0;

  /** The one with this number in order, from 0 on. */
  function at(index: number): number {
    let seen = 0;
    for (const [block, size] of blocks.entries()) {
      if (seen + size > index) return within(block, index - seen);
      seen += size;
    }
    // Sorts numbers faster than any function that compares two.
    sorted ??= Uint32Array.from(long).sort();
    return sorted[index - seen] ?? 0;
  }

  function within(block: number, index: number): number {
    let seconds = block << blockBits;
    for (let seen = counts[seconds] ?? 0; seen <= index; seen += counts[seconds] ?? 0) seconds += 1;
    return seconds;
  }

  return {
    add: (seconds) => {
      count += 1;
      if (seconds < countedSeconds) {
        counts[seconds] = (counts[seconds] ?? 0) + 1;
        const block = seconds >> blockBits;
        blocks[block] = (blocks[block] ?? 0) + 1;
      } else {
        long.push(seconds);
        sorted = undefined;
      }
    },
    count: () => count,
    quantile: (part) => {
      if (count === 0) return null;
      const exact = (count - 1) * part;
      const low = at(Math.floor(exact));
      return low + (at(Math.ceil(exact)) - low) * (exact - Math.floor(exact));
    },
    clear: () => {
      for (const [block, size] of blocks.entries()) {
        if (size > 0) counts.fill(0, block << blockBits, (block + 1) << blockBits);
      }
      blocks.fill(0);
      long = [];
      sorted = undefined;
      count = 0;
    },
  };
}

/** Lists of durations in few bytes: each sorted, and as differences of seven bits a byte. */
export function encodeLists(lists: readonly (readonly number[])[]): Buffer {
  const bytes: number[] = [];
  const write = (value: number) => {
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push(128 + (rest % 128));
    bytes.push(rest);
  };
  for (const list of lists) {
    write(list.length);
    let before = 0;
    for (const seconds of list.toSorted((a, b) => a - b)) {
      write(seconds - before);
      before = seconds;
    }
  }
  return Buffer.from(bytes);
}

/** Calls back for each duration with the number of its list. */
export function decodeLists(bytes: Uint8Array, each: (list: number, seconds: number) => void): void {
  let position = 0;
  const read = () => {
    let value = 0;
    for (let weight = 1; ; weight *= 128) {
      const byte = bytes[position] ?? 0;
      position += 1;
      if (byte < 128) return value + byte * weight;
      value += (byte - 128) * weight;
    }
  };
  for (let list = 0; position < bytes.length; list += 1) {
    let seconds = 0;
    for (let left = read(); left > 0; left -= 1) {
      seconds += read();
      each(list, seconds);
    }
  }
}
