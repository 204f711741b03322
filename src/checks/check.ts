/** The result of one check. `fix` says what to do about a failure. */
export type Check =
  | Readonly<{ name: string; ok: true; detail: string }>
  | Readonly<{ name: string; ok: false; detail: string; fix: string }>;

export function pass(name: string, detail: string): Check {
  return { name, ok: true, detail };
}

export function fail(name: string, detail: string, fix: string): Check {
  return { name, ok: false, detail, fix };
}
