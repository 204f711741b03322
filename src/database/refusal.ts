/** Whether PostgreSQL refused the content of a statement (SQLSTATE classes 22 and 23), as it would every time. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && /^2[23]/.test(String(Reflect.get(error, 'code')));
}

/** Why PostgreSQL takes no writes at all, where that is what its error says. */
export function whyUnwritable(error: unknown): string | undefined {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  if (code === '25006') return 'The database is read-only';
  return code === '53100' ? "The database's disk is full" : undefined;
}
