import { expect, test } from 'vitest';
import { confusionSvg } from './confusion-svg.ts';
import { evaluate } from './evaluation.ts';

const texts = (svg: string): string[] => [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text!);

test('draws each count in its cell, right ones in blue and mistakes in red', () => {
  const svg = confusionSvg(evaluate([0, 0, 0, 1], [0, 0, 1, 1], ['cat', 'a < b']));
  expect(texts(svg).slice(1, 4)).toEqual(['2', '1', '1']);
  expect(svg).toContain('fill="#08306b"><title>a &#60; b → a &#60; b: 1</title>'); // all of its class
  expect(svg).toContain('<title>cat → a &#60; b: 1</title>');
  expect(svg).toContain('accuracy 0.7500 on 4 rows');
});

test('draws neighbours as one where there are more than 100 classes', () => {
  const labels = Array.from({ length: 1000 }, (_, index) => index);
  const svg = confusionSvg(evaluate(labels, labels, labels.map(String)));
  expect(svg.match(/<rect/g)).toHaveLength(2 + 100);
  expect(svg).toContain('<title>990…999 → 990…999: 10</title>');
});

test('is well-formed whatever classes are called', () => {
  const svg = confusionSvg(evaluate([0, 1], [1, 0], ['"\b\u{1F408}', '</svg>&']));
  expect(svg).not.toContain('\b');
  expect(svg.indexOf('</svg>')).toBe(svg.length - '</svg>\n'.length);
  expect(svg).toContain('&#34;�\u{1F408}');
});
