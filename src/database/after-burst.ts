const quietMs = 300;
const longestMs = 10_000;

/**
 * Acts once nothing has come for a moment, or after ten seconds of a burst: whoever looks at what changed does not look
 * after every change, while others are busy with it.
 */
export function afterBurst(act: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let actBy = 0;
  return () => {
    const now = performance.now();
    if (timer === undefined) actBy = now + longestMs;
    clearTimeout(timer);
    timer = setTimeout(
      () => {
        timer = undefined;
        act();
      },
      Math.max(Math.min(quietMs, actBy - now), 0),
    ).unref();
  };
}
