/** Asks the help desk whose token this is. */
export type LinkDesk = Readonly<{
  check: (
    token: string,
  ) => Promise<
    | Readonly<{ ok: true; userId: number; name: string }>
    | Readonly<{ ok: false; reason: 'invalid' | 'other-account' | 'no-answer' }>
  >;
}>;
