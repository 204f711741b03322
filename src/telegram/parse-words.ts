type Grammar = Readonly<Record<string, (word: string) => unknown>>;
type Parsed<G extends Grammar> = Readonly<{
  [Name in keyof G]: readonly NonNullable<ReturnType<G[Name]>>[];
}>;

/** Sorts the words after a command: each goes to the first rule that reads it, the others are returned as they are. */
export function parseWords<G extends Grammar>(
  words: readonly string[],
  grammar: G,
): Readonly<{ read: Parsed<G>; others: readonly string[] }> {
  const read = new Map<string, unknown[]>(Object.keys(grammar).map((name) => [name, []]));
  const others = words.filter((word) => {
    for (const [name, values] of read) {
      const value = grammar[name]?.(word);
      if (value !== undefined) {
        values.push(value);
        return false;
      }
    }
    return true;
  });
  const lists: Record<string, unknown> = Object.fromEntries(read);
  return { read: lists as Parsed<G>, others };
}

/** A rule for a fixed set of words, in any case. */
export function oneOf<W extends string>(words: readonly W[]): (word: string) => W | undefined {
  return (word) => words.find((known) => known === word.toLowerCase());
}
