import type { Transformer } from 'grammy';

export type TelegramCall = Readonly<{ method: string; seconds: number; code?: string | undefined }>;

/** Notes how long each call took; to be installed first, so that nothing of ours is measured with it. */
export function measureCalls(note: (call: TelegramCall) => void): Transformer {
  return async (call, method, ...request) => {
    // It waits on purpose.
    if (method === 'getUpdates') return call(method, ...request);
    const begunAt = performance.now();
    const done = (code?: string) => note({ method, seconds: (performance.now() - begunAt) / 1_000, code });
    try {
      const answer = await call(method, ...request);
      done(answer.ok ? undefined : String(answer.error_code));
      return answer;
    } catch (error) {
      done('unanswered');
      throw error;
    }
  };
}
