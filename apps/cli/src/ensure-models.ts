import { ArtifactError, type Artifact, type Store } from '@switchyard/artifact';
import { UserError } from '@switchyard/config';
import { findRecipe, recipeFlags } from './recipe.ts';
import type { Terminal } from './show/terminal.ts';
import { trainModel } from './train-model.ts';

export type EnsureOptions = {
  readonly store: Store;
  readonly storePath: string;
  /** The manifest, beside which recipes are looked for. */
  readonly manifest: string;
  readonly retrain: boolean;
  readonly signal: AbortSignal;
};

/** Sees to it that each model is in the store: keeps what is there, trains the rest by its recipe. */
export async function ensureModels(models: readonly string[], options: EnsureOptions, terminal: Terminal): Promise<Artifact[]> {
  const artifacts: Artifact[] = [];
  for (const model of new Set(models)) artifacts.push(await ensureModel(model, options, terminal));
  return artifacts;
}

async function ensureModel(
  model: string,
  { store, storePath, manifest, retrain, signal }: EnsureOptions,
  terminal: Terminal,
): Promise<Artifact> {
  const version = retrain ? undefined : await store.latest(model);
  if (version) {
    const artifact = await openKept(store, model, version);
    const accuracy = artifact.manifest.metrics['accuracy'];
    terminal.step(`Keep ${model}:${version}`).done(`accuracy ${accuracy?.toFixed(4) ?? 'unknown'}; --retrain trains it anew`);
    terminal.event('kept', { model, version, accuracy });
    return artifact;
  }
  const recipe = findRecipe(model, manifest);
  if (!recipe) {
    throw new UserError(
      `model "${model}" is not in ${storePath}, and there is no recipe for it: train it with \`switchyard train\`, or write models/${model}.yaml beside the folder of ${manifest}`,
    );
  }
  const step = terminal.step(`Train ${model}`);
  try {
    const trained = await trainModel(recipe.trainer, [...recipeFlags(recipe), `--store=${storePath}`], step, signal);
    step.done(`${trained.name}:${trained.version}  ${trained.headline} in ${trained.seconds.toFixed(1)} s`);
    terminal.line(['', trained.report, trained.confusion ?? ''].map(indent).join('\n'));
    terminal.event('trained', { ...trained });
    return await store.open({ name: trained.name, version: trained.version });
  } catch (error) {
    if (!signal.aborted) step.fail('');
    throw error;
  }
}

async function openKept(store: Store, name: string, version: string): Promise<Artifact> {
  try {
    return await store.open({ name, version });
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    throw new UserError(
      `${error.message}\nIt is not served. --retrain trains a new version; \`switchyard models list\` shows the others.`,
      { cause: error },
    );
  }
}

const indent = (text: string): string => text.replace(/^(?=.)/gm, '    ');
