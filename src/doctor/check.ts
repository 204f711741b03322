/** One thing that was looked at. `fix` says what to do when it is not well. */
export type Check =
  | Readonly<{ name: string; ok: true; detail: string }>
  | Readonly<{ name: string; ok: false; detail: string; fix: string }>;

export function well(name: string, detail: string): Check {
  return { name, ok: true, detail };
}

export function ill(name: string, detail: string, fix: string): Check {
  return { name, ok: false, detail, fix };
}
