import os from 'node:os';
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { Resvg } from '@resvg/resvg-js';
// In one file: its hundreds of modules take four times as long to load.
import { init } from 'echarts/dist/echarts.esm.min.mjs';

// JavaScript: below node_modules, where `npx` puts this, a thread of its own runs no TypeScript.

// A picture waits for webhooks and alerts, not they for it. Only Linux gives each thread a priority of its own.
if (process.platform === 'linux') os.setPriority(10);

const fontFiles = ['NotoSansLatin', 'NotoSans', 'NotoSansArabic', 'NotoSansDevanagari'].map((name) =>
  path.join(import.meta.dirname, `fonts/${name}-Regular.ttf`),
);
const font = { loadSystemFonts: false, fontFiles, defaultFontFamily: workerData.fontFamily };

/** What the small font has; see fonts/README.md. */
const smallFont = 'Noto Sans Latin';
const inSmallFont =
  /^[\u0020-\u007e\u00a0-\u00ff\u2010-\u2015\u2018-\u201f\u2022\u2026\u2030\u2032\u2033\u2039\u203a\u20ac\u20b9\u2212]*$/;

parentPort.on('message', ({ id, chart }) => {
  const svg = withRoomForSigns(withSmallFont(svgOf(chart)));
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
  parentPort.postMessage({ id, png: new Resvg(svg, { font }).render().asPng() });
});

function svgOf({ option, width, height }) {
  const drawing = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    drawing.setOption(option);
    return drawing.renderToSVGString();
  } finally {
    drawing.dispose();
  }
}

/** resvg reads the whole file of a font for each letter: of the large one 300 MB for a picture, of the small one 11. */
function withSmallFont(svg) {
  return svg.replaceAll(/(<text [^>]*font-family:)[^;"]*([^>]*>)([^<]*)(?=<\/text>)/g, (whole, before, after, words) =>
    inSmallFont.test(words) ? `${before}${smallFont}${after}${words}` : whole,
  );
}

/** resvg gives the vowel signs of Devanagari no room: a space of their width makes it. */
function withRoomForSigns(svg) {
  return svg.replaceAll(/(?=\p{Script=Devanagari})\p{Mc}\p{Mn}*/gu, '$&\u00a0');
}
