import { expect, onTestFinished, test } from 'vitest';
import { createLog } from '../log.ts';
import type { Chart } from './chart.ts';
import { createChartRenderer } from './renderer.ts';

const log = createLog('silent', { pretty: false });
const chart: Chart = { option: { title: { text: 'ليلى मीरा Анна' } }, width: 1200, height: 300 };

function start(worker?: URL) {
  const renderer = createChartRenderer({ log, ...(worker ? { worker } : {}) });
  onTestFinished(renderer.stop);
  return renderer;
}

test('a chart becomes a PNG 1200 wide; the same chart is not drawn again', async () => {
  const { draw } = start();
  const png = await draw(chart);
  expect(png?.subarray(1, 4).toString()).toBe('PNG');
  expect([png?.readUInt32BE(16), png?.readUInt32BE(20)]).toEqual([1200, 300]);
  expect(await draw({ ...chart })).toBe(png);
  expect(await draw({ ...chart, height: 200 })).not.toBe(png);
});

test('letters of every script are drawn, not boxes', async () => {
  const { draw } = start();
  const titled = (text: string) => draw({ ...chart, option: { title: { text } } });
  const names = await Promise.all(['ليلى', 'मीरा', 'Анна', 'Ana'].map(titled));
  // No font has this one.
  const box = await titled('\u{10FFFD}');
  expect(new Set(names.map((png) => png?.toString('base64'))).size).toBe(4);
  for (const png of names) expect(png?.equals(box ?? Buffer.of())).toBe(false);
});

test('a chart that cannot be drawn, or a thread that fails, gives no picture and stops nothing', async () => {
  const { draw } = start();
  // On an axis that is not there.
  const broken: Chart['option'] = { xAxis: {}, yAxis: {}, series: [{ type: 'bar', xAxisIndex: 5, data: [1] }] };
  expect(await draw({ ...chart, option: broken })).toBeUndefined();
  expect(await draw(chart)).toBeDefined();

  const failing = start(new URL('data:text/javascript,throw new Error("no library here")'));
  expect(await failing.draw(chart)).toBeUndefined();
});
