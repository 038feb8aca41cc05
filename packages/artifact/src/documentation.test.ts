import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { manifestSchema } from './manifest.ts';
import { parseManifest } from './manifest-text.ts';
import { objectPublishSteps } from './object/publish-objects.ts';
import { publishSteps } from './publish.ts';

const page = readFileSync(new URL('../../../docs/artifact.md', import.meta.url), 'utf8');
/** First cells of the table under a heading; a cell may name several. */
const firstCells = (heading: string): string[] =>
  (
    page
      .split(`## ${heading}\n`)[1]!
      .split('\n## ')[0]!
      .match(/^\| (?!---)[^|]+/gm) ?? []
  )
    .slice(1)
    .flatMap((cell) => cell.slice(2).trim().replaceAll('`', '').split(', '));

test('the manifest that the documentation shows is one, with its own sha256', () => {
  const example = /```json\n(.*?)```/s.exec(page)![1]!;
  expect(parseManifest(example, 'the example')).toMatchObject({ name: 'mnist-forest', version: '2' });
});

test('the documentation explains every field of it, in order', () => {
  expect(firstCells('model.json')).toEqual([...Object.keys(manifestSchema.shape), 'sha256']);
});

test('and every step of publishing', () => {
  expect(firstCells('Publishing')).toEqual(publishSteps);
});

test('into a bucket, too', () => {
  const [steps] = [
    page
      .split('## In a bucket\n')[1]!
      .split('\n### ')[0]!
      .match(/^\| (?!---)[^|]+/gm) ?? [],
  ];
  expect(steps.slice(1).map((cell) => cell.slice(2).trim())).toEqual(objectPublishSteps);
});
