import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { Resvg } from '@resvg/resvg-js';
// In one file: its hundreds of modules take four times as long to load.
import { init } from 'echarts/dist/echarts.esm.min.mjs';

// JavaScript: below node_modules, where `npx` puts this, a thread of its own runs no TypeScript.

const fontFiles = ['NotoSans', 'NotoSansArabic', 'NotoSansDevanagari'].map((name) =>
  path.join(import.meta.dirname, `fonts/${name}-Regular.ttf`),
);
const font = { loadSystemFonts: false, fontFiles, defaultFontFamily: workerData.fontFamily };

parentPort.on('message', ({ id, chart }) => {
  const svg = withRoomForSigns(svgOf(chart));
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

/** resvg gives the vowel signs of Devanagari no room: a space of their width makes it. */
function withRoomForSigns(svg) {
  return svg.replaceAll(/(?=\p{Script=Devanagari})\p{Mc}\p{Mn}*/gu, '$&\u00a0');
}
