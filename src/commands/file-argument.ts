import { parseArgs } from 'node:util';

/** One file and flags such as `--force`; or what is wrong: what is mistyped must not change anything. */
export function parseFileArgument(
  args: readonly string[],
  known: readonly string[],
): Readonly<{ file: string; flags: ReadonlySet<string> }> | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: Object.fromEntries(known.map((name) => [name, { type: 'boolean' as const }])),
    });
    const [file, ...more] = positionals;
    if (file === undefined) return 'Name a file.';
    if (more.length > 0) return 'Name one file.';
    return { file, flags: new Set(Object.keys(values)) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return `${error.message.split(/\.\s/, 1)[0]}.`;
  }
}
