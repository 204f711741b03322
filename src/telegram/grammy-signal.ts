import type { Api } from 'grammy';

type GrammySignal = Parameters<Api['getUpdates']>[1];

/** grammY types its signals by an older package; at run time it takes the standard one. */
export function forGrammy(signal: AbortSignal): GrammySignal {
  return signal as unknown as GrammySignal;
}
