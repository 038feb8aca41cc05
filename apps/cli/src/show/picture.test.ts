import { expect, it } from 'vitest';
import { drawPicture, drawProbabilities } from './picture.ts';

it('draws a picture two characters a pixel and leaves out empty rows around it', () => {
  expect(drawPicture([0, 0, 0, 1, 0.5, 0, 0, 0, 0], 3, 3)).toBe('██▒▒');
});

it('marks the most likely class', () => {
  const [first, second] = drawProbabilities(['class:0', 'class:1'], [0.25, 0.75]).split('\n');
  expect(first).toMatch(/^ {2}class:0 {2}█{10} +25\.0 %$/);
  expect(second).toMatch(/^→ class:1 {2}█{30} +75\.0 %$/);
});
