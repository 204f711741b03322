/** Whether PostgreSQL refused the content of a statement (SQLSTATE classes 22 and 23), as it would every time. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && /^2[23]/.test(String(Reflect.get(error, 'code')));
}

/** Why PostgreSQL takes no writes at all, where that is what its error says. */
export function whyUnwritable(error: unknown): string | undefined {
  if (isReadOnly(error)) return 'The database is read-only';
  return isDiskFull(error) ? "The database's disk is full" : undefined;
}

export function isReadOnly(error: unknown): boolean {
  return codeOf(error) === '25006';
}

export function isDiskFull(error: unknown): boolean {
  return codeOf(error) === '53100';
}

/** Whether a statement was ended because it took too long. */
export function isTooSlow(error: unknown): boolean {
  return codeOf(error) === '57014';
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
