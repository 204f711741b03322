export type ErrorParameters = { retry_after?: number; migrate_to_chat_id?: number };

/** A refusal as Telegram words it; `message` is the description. */
export class BotApiError extends Error {
  readonly code: number;
  readonly parameters: ErrorParameters | undefined;

  constructor(code: number, description: string, parameters?: ErrorParameters) {
    super(description);
    this.name = 'BotApiError';
    this.code = code;
    this.parameters = parameters;
  }
}

export function badRequest(what: string, parameters?: ErrorParameters): BotApiError {
  return new BotApiError(400, `Bad Request: ${what}`, parameters);
}

export function forbidden(what: string): BotApiError {
  return new BotApiError(403, `Forbidden: ${what}`);
}

export function conflict(what: string): BotApiError {
  return new BotApiError(409, `Conflict: ${what}`);
}

export function tooManyRequests(seconds: number): BotApiError {
  return new BotApiError(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds });
}
