import { ArtifactError, type Artifact } from '@switchyard/artifact';
import { decodeForest, ForestError, forestPredictor, type FeatureRows, type Forest } from '@switchyard/forest';
import { rowCount, type Tensor } from '@switchyard/protocol';
import type { Model, ModelLoader } from '@switchyard/server';
import { answerRows, answerWidth, type Answers } from './answer-rows.ts';
import { batchThread, type BatchThread } from './batch-thread.ts';
import { checkContract } from './check-contract.ts';
import { explainer } from './explain.ts';

const file = 'forest.bin';

/**
 * Walks of a row through a tree from which a batch goes to a thread of its own. So many take about two milliseconds, which nobody else's
 * request shall wait for; to copy the rows takes a twentieth of that.
 */
const leastWalks = 30_000;

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
  const thread = batchThread(bytes);
  return {
    signature,
    facts: { trees: String(forest.trees.length) },
    predict: predictWith(forest, { name, datatype, ...(columns && { columns }) }, classNames, thread),
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

function predictWith(
  forest: Forest,
  output: Pick<Tensor, 'name' | 'datatype' | 'columns'>,
  classNames: readonly string[] | undefined,
  thread: BatchThread,
): Model['predict'] {
  const predictor = forestPredictor(forest);
  const explain = explainer(forest, predictor, classNames);
  const doubles = output.datatype === 'FP64';
  return ([input], report) => {
    const rows = rowCount(input!);
    const features = input!.data as FeatureRows;
    const explanation = report ? explain(features, rows, report) : [];
    const finish = (data: Answers): Tensor[] => [{ ...output, shape: [rows, answerWidth(forest)], data }, ...explanation];
    if (rows * forest.trees.length < leastWalks) return finish(answerRows(forest, predictor, features, rows, doubles));
    return thread.answer(features, rows, doubles).then(finish);
  };
}
