const quietMs = 300;

/**
 * Acts once nothing has come for a moment, or after three seconds of a burst unless told otherwise: whoever looks at what
 * changed does not look after every change, while others are busy with it.
 */
export function afterBurst(act: () => void, longestMs = 3_000): () => void {
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
