import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { learningCurveSvg } from './learning-curve-svg.ts';

const loss = { title: 'Loss', curves: [{ name: 'training', points: [2, 1, 0.5].map((value, at) => ({ step: 10 * (at + 1), value })) }] };
const numbers = (path: string): number[] => path.match(/-?[\d.]+/g)!.map(Number);
const lineOf = (svg: string): number[] => numbers(/class="line c0" d="(M[^"]*L[^"]*)"/.exec(svg)![1]!);

test('a loss that falls is drawn from left to right and downwards, to the scale of its marks', () => {
  const svg = learningCurveSvg([loss]);
  const [x1, y1, x2, y2, x3, y3] = lineOf(svg) as [number, number, number, number, number, number];
  expect(x2 - x1).toBeCloseTo(x3 - x2, 1);
  expect(y2 - y1).toBeCloseTo(2 * (y3 - y2), 1); // down by 1, then by 0.5
  expect(y3).toBeGreaterThan(y2);
  expect(svg).toContain('<title>training, step 30: 0.5</title>');
});

test('text and lines stand off from the ground in the light and in the dark scheme', () => {
  const luminance = (colour: string): number => {
    const channels = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255);
    const [r, g, b] = channels.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; // WCAG 2
  };
  const contrast = (a: string, b: string): number => {
    const [high, low] = [luminance(a), luminance(b)].toSorted((x, y) => y - x) as [number, number];
    return (high + 0.05) / (low + 0.05);
  };
  const css = /<style>(.*?)<\/style>/.exec(learningCurveSvg([loss]))![1]!;
  const [bright, darkPart] = css.split('@media (prefers-color-scheme:dark)') as [string, string];
  const colours = (part: string): string[] => [...part.matchAll(/\.c\d\{stroke:(#\w{6})/g)].map(([, colour]) => colour!);
  expect(colours(bright)).toHaveLength(3);
  for (const colour of colours(bright)) expect(contrast(colour, '#ffffff')).toBeGreaterThan(4.5);
  const ground = /svg>rect\{fill:(#\w{6})/.exec(darkPart)![1]!;
  for (const colour of [...colours(darkPart), /text\{fill:(#\w{6})/.exec(darkPart)![1]!])
    expect(contrast(colour, ground)).toBeGreaterThan(4.5);
});

test('whatever the values, every point of the lines lies in the drawing', () => {
  const value = fc.double({ min: -1e9, max: 1e9, noNaN: true });
  const points = fc
    .array(value, { minLength: 2, maxLength: 60 })
    .map((values) => values.map((each, at) => ({ step: at + 1, value: each })));
  fc.assert(
    fc.property(points, (points) => {
      const svg = learningCurveSvg([{ title: 'Loss', curves: [{ name: 'training', points }] }]);
      const [, wide, high] = /width="(\d+)" height="(\d+)"/.exec(svg)!.map(Number) as [number, number, number];
      const line = lineOf(svg);
      expect(line).toHaveLength(2 * points.length);
      line.forEach((each, at) => {
        expect(each).toBeGreaterThanOrEqual(0);
        expect(each).toBeLessThanOrEqual(at % 2 === 0 ? wide : high);
      });
    }),
    {
      examples: [[[5e-324, 0]], [[1e9, 1e9 + 1e-7]], [[0, 0]], [[-1e9, -1e9]]].map(([values]) => [
        values!.map((value, at) => ({ step: at + 1, value })),
      ]),
    },
  );
});

test('without a point, or with a name that is no XML, it is a drawing nevertheless', () => {
  expect(learningCurveSvg([{ title: 'Loss', curves: [{ name: 'a<b', points: [] }] }])).toContain('a&#60;b');
});
