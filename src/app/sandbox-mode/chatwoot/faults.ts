import type { RequestHandler, Response } from 'express';

/**
 * What happens to requests of the REST interface. `hang` and `cut` come before anything is done; with `after` it is done
 * first, so that the caller cannot know.
 */
export type RestFault = Readonly<{
  /** Which requests: `POST /conversations/7/messages` must match. All without it. */
  match?: RegExp;
  /** How many requests; all until `clear` without it. */
  times?: number;
  /** `retryAfter`: seconds, as a proxy in front of Chatwoot may name them; Chatwoot itself does not. */
  as:
    | Readonly<{ status: number; body?: string | object; retryAfter?: number }>
    | 'hang'
    | 'cut'
    | 'hang-after'
    | 'cut-after'
    | Readonly<{ delayMs: number }>;
}>;

type Failure = Extract<RestFault['as'], { status: number }>;

export type RestFaults = Readonly<{ add: (fault: RestFault) => void; clear: () => void; handle: RequestHandler }>;

/** Chatwoot's own text, without `Retry-After`. */
const tooMany = 'Retry later\n';

export function createRestFaults(): RestFaults {
  let faults: { fault: RestFault; left: number }[] = [];
  return {
    add: (fault) => void faults.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }),
    clear: () => {
      faults = [];
    },
    handle: (req, res, next) => {
      const line = `${req.method} ${req.path}`;
      const found = faults.find(({ fault, left }) => left > 0 && (fault.match?.test(line) ?? true));
      if (!found) return next();
      found.left -= 1;
      const { as } = found.fault;
      if (as === 'hang') return;
      if (as === 'cut') return void req.socket.destroy();
      if (as === 'hang-after' || as === 'cut-after') {
        swallowAnswer(res, as === 'cut-after' ? () => req.socket.destroy() : () => {});
        return next();
      }
      if ('delayMs' in as) return void setTimeout(next, as.delayMs);
      fail(res, as);
    },
  };
}

function fail(res: Response, { status, body, retryAfter }: Failure): void {
  if (retryAfter !== undefined) res.set('retry-after', String(retryAfter));
  if (typeof body === 'object') return void res.status(status).json(body);
  const text = body ?? (status === 429 ? tooMany : '<html><body><h1>500 Internal Server Error</h1></body></html>');
  res
    .status(status)
    .type(status === 429 ? 'text/plain' : 'text/html')
    .send(text);
}

/** What the handlers answer goes nowhere. */
function swallowAnswer(res: Response, instead: () => void): void {
  const end = (): Response => {
    instead();
    return res;
  };
  res.send = end;
  res.json = end;
  res.end = end;
}
