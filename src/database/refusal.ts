/** Whether PostgreSQL refused the content of a statement (SQLSTATE classes 22 and 23), as it would every time. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && /^2[23]/.test(String(Reflect.get(error, 'code')));
}
