/** One line of the table in README.md. */
export type Row = Readonly<{
  figure: string;
  /** What was measured, with its unit. */
  ours: string;
  /** The same of what it is compared with. */
  baseline: string;
  ratio: string;
  target: string;
  ok: boolean | undefined;
}>;

export type Bench = Readonly<{
  /** Scaled down: shows that the harness works, not what the product can do. */
  quick: boolean;
  /** Says on the terminal what is going on. */
  say: (line: string) => void;
}>;

/** Measures one promise of the product beside its baseline. */
export type Figure = Readonly<{ name: string; run: (bench: Bench) => Promise<Row[]> }>;

export function row(figure: string, facts: Partial<Omit<Row, 'figure'>>): Row {
  return { figure, ours: '', baseline: '', ratio: '', target: '', ok: undefined, ...facts };
}
