import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findRecipe, readRecipe, recipeFlags } from './recipe.ts';

const folder = mkdtempSync(join(tmpdir(), 'recipe-'));
const write = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

it('turns settings into the flags of the trainer', () => {
  const recipe = readRecipe(
    write('a.yaml', 'trainer: rf-trainer\nname: a\nsettings: { nEstimators: 30, bootstrap: false, split: half }\n'),
  );
  expect(recipeFlags(recipe)).toEqual(['--n-estimators=30', '--no-bootstrap', '--split=half', '--name=a']);
});

it('refuses a recipe with the path of what is wrong', () => {
  expect(() => readRecipe(write('b.yaml', 'trainer: gpt-trainer\nname: b\n'))).toThrow(/b\.yaml is not a training recipe:\n {2}trainer: /);
});

it('looks beside the folder of the manifest before it looks among the examples', () => {
  mkdirSync(join(folder, 'models'));
  mkdirSync(join(folder, 'deployments'));
  write('models/mnist-forest.yaml', 'trainer: rf-trainer\nname: mnist-forest\nsettings: { nEstimators: 2 }\n');
  expect(findRecipe('mnist-forest', join(folder, 'deployments/x.yaml'))?.settings).toEqual({ nEstimators: 2 });
  expect(findRecipe('mnist-softmax', join(folder, 'deployments/x.yaml'))?.trainer).toBe('tf-trainer');
  expect(findRecipe('nobody', join(folder, 'deployments/x.yaml'))).toBeUndefined();
});
