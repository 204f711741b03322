// @ts-check
/** Starts Swagger UI. In the sandbox, requests are signed by the server on their way out. */

/** @typedef {{ url: string, method: string, body?: unknown, headers: Record<string, string>, loadSpec?: boolean }} Request */

const canSign = document.body.dataset['canSign'] === 'true';
/** @type {HTMLInputElement | null} */
const box = document.querySelector('#sign');

/**
 * @param {Request} request
 * @returns {Promise<Request>}
 */
async function sign(request) {
  if (request.loadSpec || !box?.checked) return request;
  const { pathname } = new URL(request.url, location.href);
  const body = typeof request.body === 'string' ? request.body : '';
  const answer = await fetch('docs/sign', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ method: request.method, path: pathname, body }),
  });
  if (!answer.ok) throw new Error('The request could not be signed: reload this page.');
  // What a person entered stays.
  request.headers = { ...(await answer.json()), ...request.headers };
  return request;
}

// @ts-expect-error A global of the bundle.
SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#swagger',
  deepLinking: true,
  validatorUrl: null,
  tryItOutEnabled: canSign,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  docExpansion: 'list',
  syntaxHighlight: { theme: 'agate' },
  requestInterceptor: sign,
});
