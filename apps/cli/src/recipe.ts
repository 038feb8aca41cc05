import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import * as z from 'zod';
import { flagName, UserError } from '@switchyard/config';
import { trainerNames, type Trainer } from './components.ts';

const schema = z.strictObject({
  trainer: z.enum(trainerNames as [Trainer, ...Trainer[]]),
  name: z.string(),
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});

/** How a model is trained: which trainer, under which name, with which of its settings. */
export type Recipe = z.infer<typeof schema>;

export function readRecipe(file: string): Recipe {
  if (!existsSync(file)) throw new UserError(`there is no file ${file}`);
  const parsed = schema.safeParse(parse(readFileSync(file, 'utf8')));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `  ${issue.path.join('.') || 'recipe'}: ${issue.message}`);
  throw new UserError(`${file} is not a training recipe:\n${problems.join('\n')}`);
}

/** The recipe's settings as the trainer's own flags. */
export function recipeFlags(recipe: Recipe): string[] {
  const settings = Object.entries({ ...recipe.settings, name: recipe.name });
  return settings.map(([key, value]) => {
    const flag = flagName(key);
    return typeof value === 'boolean' ? `--${value ? '' : 'no-'}${flag}` : `--${flag}=${value}`;
  });
}

const ownRecipes = fileURLToPath(new URL('../../../examples/mnist/models', import.meta.url));

/** Looks for `<model>.yaml` in `models/` beside the manifest's folder, then among the project's examples. */
export function findRecipe(model: string, manifest: string): Recipe | undefined {
  const folders = [resolve(dirname(manifest), '../models'), ownRecipes];
  const file = folders.map((folder) => join(folder, `${model}.yaml`)).find((each) => existsSync(each));
  return file ? readRecipe(file) : undefined;
}
