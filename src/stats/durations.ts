/** How many durations are kept one by one, before it takes less memory to count each second. */
const mostListed = 10_000;
/** Seconds below are counted in an array; a day and a half. */
const countedSeconds = 1 << 17;

/** Durations in whole seconds, of which quantiles are exact. */
export type Durations = Readonly<{
  add: (seconds: number) => void;
  count: () => number;
  /** Between two of them in proportion, as PostgreSQL's `percentile_cont`; null of none. */
  quantile: (part: number) => number | null;
}>;

export function createDurations(): Durations {
  let listed: number[] = [];
  let counts: Uint32Array | undefined;
  /** The listed ones in order, once they are asked for. */
  let sorted: Uint32Array | undefined;
  let count = 0;

  const place = (seconds: number) => {
    if (counts && seconds < countedSeconds) counts[seconds] = (counts[seconds] ?? 0) + 1;
    else listed.push(seconds);
  };
  /** The one with this number in order, from 0 on. */
  function at(index: number): number {
    // Sorts numbers faster than any function that compares two.
    sorted ??= Uint32Array.from(listed).sort();
    if (!counts) return sorted[index] ?? 0;
    let seen = 0;
    for (let seconds = 0; seconds < countedSeconds; seconds += 1) {
      seen += counts[seconds] ?? 0;
      if (seen > index) return seconds;
    }
    return sorted[index - seen] ?? 0;
  }

  return {
    add: (seconds) => {
      count += 1;
      sorted = undefined;
      place(seconds);
      if (counts || listed.length < mostListed) return;
      const before = listed;
      listed = [];
      counts = new Uint32Array(countedSeconds);
      for (const one of before) place(one);
    },
    count: () => count,
    quantile: (part) => {
      if (count === 0) return null;
      const exact = (count - 1) * part;
      const low = at(Math.floor(exact));
      return low + (at(Math.ceil(exact)) - low) * (exact - Math.floor(exact));
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
