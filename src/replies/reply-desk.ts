/** A prepared answer of the help desk. */
export type SavedAnswer = Readonly<{ id: number; name: string; text: string }>;

/** What the help desk says of a conversation before anybody types: how a reply would go, and whether it may. */
export type ReplyWay =
  | Readonly<{ ok: true; channel: string; canReply: boolean }>
  | Readonly<{ ok: false; problem: string }>;

/** What is asked of the help desk while a person writes a reply. Answers within seconds, or says why not. */
export type ReplyDesk = Readonly<{
  wayTo: (conversationId: string) => Promise<ReplyWay>;
  /** None when they cannot be had. */
  savedAnswers: () => Promise<readonly SavedAnswer[]>;
}>;
