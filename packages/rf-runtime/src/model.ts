import { ArtifactError, type Artifact } from '@switchyard/artifact';
import {
  decodeForest,
  ForestError,
  forestScorer,
  outlineOf,
  type FeatureRows,
  type Forest,
  type ForestScorer,
  type Outline,
} from '@switchyard/forest';
import { rowCount, type Tensor } from '@switchyard/protocol';
import type { Model, ModelLoader } from '@switchyard/server';
import { answerWidth, scoreRows, wantsTrees, workOfRow, type Answers, type Wanted } from './answer-rows.ts';
import { batchThread, type BatchThread } from './batch-thread.ts';
import { checkContract } from './check-contract.ts';
import { classNamesOf, extrasReader } from './extras.ts';
import { extrasFacts, extrasGiver } from './give-extras.ts';

const file = 'forest.bin';

/**
 * Work from which a batch goes to a thread of its own, in walks of a row through a tree. So many take more than a millisecond, which nobody
 * else's request shall wait for; to copy the rows takes a tenth of that.
 */
const leastWork = 30_000;

/**
 * Loads an artifact of format `switchyard-forest`. A forest that was trained on bytes takes any number nearer than one half to a byte's
 * value for that byte, so pixels that travelled as fractions of 255 are exactly the pixels it was trained on.
 *
 * @throws ArtifactError CORRUPT where `forest.bin` is damaged, FOREIGN where it is not what the manifest states.
 */
export const loadForestModel: ModelLoader = async (artifact) => {
  const { signature, classNames } = artifact.manifest;
  const { forest, bytes } = await readForest(artifact);
  checkContract(forest, artifact.manifest);
  const { name, datatype, columns } = signature.outputs[0]!;
  const output = { name, datatype, ...(columns && { columns }) };
  const outline = outlineOf(forest);
  const thread = batchThread(bytes);
  return {
    signature,
    facts: { trees: String(outline.treeCount), ...extrasFacts(outline) },
    predict: predictWith({ outline, scorer: forestScorer(forest), thread, output }, classNamesOf(outline, classNames)),
    dispose: thread.dispose,
  };
};

async function readForest(artifact: Artifact): Promise<{ forest: Forest; bytes: Uint8Array }> {
  const bytes = await artifact.read(file);
  try {
    return { forest: decodeForest(bytes), bytes };
  } catch (error) {
    if (!(error instanceof ForestError)) throw error;
    const { name, version } = artifact.manifest;
    throw new ArtifactError('CORRUPT', `model "${name}" version ${version}: ${file}: ${error.message}`, { cause: error });
  }
}

type Parts = {
  readonly outline: Outline;
  readonly scorer: ForestScorer;
  readonly thread: BatchThread;
  readonly output: Pick<Tensor, 'name' | 'datatype' | 'columns'>;
};

/** Beside what answers it keeps the forest's file, from which the thread makes the trees when somebody asks for what they say. */
function predictWith({ outline, scorer, thread, output }: Parts, names: readonly string[]): Model['predict'] {
  const readExtras = extrasReader(outline, names);
  const give = extrasGiver(outline, names);
  const doubles = output.datatype === 'FP64';
  return ([input], report) => {
    const rows = rowCount(input!);
    const features = input!.data as FeatureRows;
    const wanted: Wanted = { doubles, ...(report && readExtras(report.asked)) };
    const finish = (answers: Answers): Tensor[] => [
      { ...output, shape: [rows, answerWidth(outline)], data: answers.data },
      ...(report ? give(answers, rows, report) : []),
    ];
    if (wantsTrees(wanted) || rows * workOfRow(outline, wanted) >= leastWork) return thread.answer(features, rows, wanted).then(finish);
    return finish(scoreRows(outline, scorer, features, rows, wanted));
  };
}
