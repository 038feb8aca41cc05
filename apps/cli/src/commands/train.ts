import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { UserError } from '@switchyard/config';
import { componentEntry, isTrainer, trainerNames, type Trainer } from '../components.ts';
import { readRecipe, recipeFlags } from '../recipe.ts';
import type { Terminal } from '../show/terminal.ts';
import { listenForStop } from '../stop.ts';
import { trainModel } from '../train-model.ts';

/** Trains one model: `what` is a trainer, or a recipe's file; `flags` are the trainer's own and win over the recipe's. */
export async function train(what: string, flags: readonly string[], store: string, terminal: Terminal): Promise<void> {
  const { trainer, settings } = choose(what);
  if (flags.includes('--help') || flags.includes('-h')) return showHelp(trainer);
  const stop = listenForStop(() => process.exit(130));
  const step = terminal.step(`Train with ${trainer}`);
  try {
    const trained = await trainModel(trainer, [`--store=${store}`, ...settings, ...flags], step, stop.signal);
    step.done(`${trained.name}:${trained.version}  ${trained.headline} in ${trained.seconds.toFixed(1)} s`);
    terminal.line(['', trained.report, trained.confusion ?? ''].join('\n'));
    terminal.event('trained', { ...trained });
  } catch (error) {
    step.fail('');
    throw error;
  } finally {
    stop.dispose();
  }
}

function choose(what: string): { trainer: Trainer; settings: string[] } {
  if (isTrainer(what)) return { trainer: what, settings: [] };
  if (!existsSync(what)) throw new UserError(`"${what}" is neither a trainer (${trainerNames.join(', ')}) nor a recipe's file`);
  const recipe = readRecipe(what);
  return { trainer: recipe.trainer, settings: recipeFlags(recipe) };
}

async function showHelp(trainer: Trainer): Promise<void> {
  const child = spawn(process.execPath, [...process.execArgv, componentEntry(trainer), '--help'], { stdio: 'inherit' });
  await new Promise((resolve) => child.once('close', resolve));
}
