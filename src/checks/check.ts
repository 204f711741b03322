/** What a check found. `means` is the consequence; `change` is the line to change, or what to do where it is no setting. */
export type Check =
  | Readonly<{ name: string; state: 'ok'; found: string }>
  /** `note`: it works, but should be changed or looked at. `fail`: it does not work. */
  | Readonly<{ name: string; state: 'note' | 'fail'; found: string; means: string; change: string }>;

type Advice = Readonly<{ means: string; change: string }>;

export function pass(name: string, found: string): Check {
  return { name, state: 'ok', found };
}

export function note(name: string, found: string, advice: Advice): Check {
  return { name, state: 'note', found, ...advice };
}

export function fail(name: string, found: string, advice: Advice): Check {
  return { name, state: 'fail', found, ...advice };
}
