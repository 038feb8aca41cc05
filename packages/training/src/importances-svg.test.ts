import { expect, test } from 'vitest';
import { importancesSvg } from './importances-svg.ts';

test('draws each pixel of an image in its place, its channels together', () => {
  const svg = importancesSvg([0, 0, 0, 0.1, 0.2, 0.7, 0, 0, 0, 0, 0, 0], [2, 2, 3]);
  const side = 448 / 2;
  expect(svg.match(/<title>row/g)).toHaveLength(1);
  expect(svg).toContain(
    `<rect x="${10 + side}" y="32" width="${side}" height="${side}" fill="#08306b"><title>row 0, column 1: 1.00e+0</title>`,
  );
});

test('draws the columns of a table as bars, the greatest first', () => {
  const svg = importancesSvg([0.1, 0.6, -0.3], [3], ['low', 'high & mighty', 'harm']);
  const texts = [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text);
  expect(texts).toEqual(['Importance of all 3 columns', 'high &#38; mighty', '0.6000', 'low', '0.1000', 'harm', '-0.3000']);
  expect(svg).not.toContain('width="-');
});

test('says of what kind the importances are', () => {
  expect(importancesSvg([1], [1], ['a'], 'Importance by permutation')).toContain(
    '<title>Importance by permutation of all 1 columns</title>',
  );
  expect(importancesSvg([1], [1, 1], undefined, 'Importance by permutation')).toContain(
    'Importance by permutation of each of 1 × 1 pixels',
  );
});

test('draws thirty of a thousand columns', () => {
  const svg = importancesSvg(
    Float64Array.from({ length: 1000 }, (_, at) => at),
    [1000],
  );
  expect(svg).toContain('the first 30 of 1000 columns');
  expect(svg).toContain('>column 999<');
});

test('draws nothing wrong of a model that uses no feature', () => {
  expect(importancesSvg([0, 0], [2])).not.toMatch(/NaN|Infinity/);
  expect(importancesSvg([0, 0, 0, 0], [2, 2])).not.toMatch(/NaN|Infinity/);
});
