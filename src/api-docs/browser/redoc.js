// @ts-check
/** Starts ReDoc. Its styles are written by script, which the page's policy allows to the bearer of this nonce. */

const nonce = document.currentScript?.nonce;

// @ts-expect-error A global of the bundle.
Redoc.init(
  'openapi.json',
  {
    nonce,
    // Its search runs in a worker made of a blob.
    disableSearch: true,
    hideDownloadButton: false,
    expandResponses: '200',
    theme: {
      colors: { primary: { main: '#1d5fbf' } },
      typography: { fontFamily: 'system-ui, sans-serif', headings: { fontFamily: 'system-ui, sans-serif' } },
    },
  },
  document.querySelector('#redoc'),
);
