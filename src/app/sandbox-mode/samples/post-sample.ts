import type { SampleStep } from 'telegram-sandbox/page';
import type { SampleRequest } from './chatwoot-sample.ts';

const TIMEOUT_MS = 10_000;

/** Posts it as its source would; that no answer came is a result too. */
export async function postSample(baseUrl: string, { path, about, headers, body }: SampleRequest): Promise<SampleStep> {
  const began = performance.now();
  const step = (status: number, answer: unknown): SampleStep => ({
    method: 'POST',
    path,
    about,
    status,
    ms: Math.round(performance.now() - began),
    answer,
  });
  try {
    const response = await fetch(new URL(path, baseUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    return step(response.status, readJson(text));
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return step(0, cause instanceof Error ? cause.message : String(cause));
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export function isFine({ status }: SampleStep): boolean {
  return status >= 200 && status < 300;
}
