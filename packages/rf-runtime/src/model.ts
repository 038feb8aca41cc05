import { ArtifactError, type Artifact } from '@switchyard/artifact';
import { decodeForest, ForestError, forestPredictor, type FeatureRows, type Forest } from '@switchyard/forest';
import { rowCount, type Tensor } from '@switchyard/protocol';
import type { Model, ModelLoader } from '@switchyard/server';
import { answerWidth, checkContract } from './check-contract.ts';
import { explainer } from './explain.ts';

const file = 'forest.bin';

/**
 * Loads an artifact of format `switchyard-forest`. A forest that was trained on bytes takes any number nearer than one half to a byte's
 * value for that byte, so pixels that travelled as fractions of 255 are exactly the pixels it was trained on.
 *
 * @throws ArtifactError CORRUPT where `forest.bin` is damaged, FOREIGN where it is not what the manifest states.
 */
export const loadForestModel: ModelLoader = async (artifact) => {
  const { signature, classNames } = artifact.manifest;
  const forest = await readForest(artifact);
  checkContract(forest, artifact.manifest);
  const { name, datatype, columns } = signature.outputs[0]!;
  return {
    signature,
    facts: { trees: String(forest.trees.length) },
    predict: predictWith(forest, { name, datatype, ...(columns && { columns }) }, classNames),
    dispose() {},
  };
};

async function readForest(artifact: Artifact): Promise<Forest> {
  const bytes = await artifact.read(file);
  try {
    return decodeForest(bytes);
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
): Model['predict'] {
  const predictor = forestPredictor(forest);
  const explain = explainer(forest, predictor, classNames);
  const width = answerWidth(forest);
  const answer = forest.task === 'regression' ? predictor.predictValues : predictor.predictProba;
  return ([input], report) => {
    const rows = rowCount(input!);
    const features = input!.data as FeatureRows;
    const data = new (output.datatype === 'FP64' ? Float64Array : Float32Array)(rows * width);
    answer(features, rows, data);
    const explanation = report ? explain(features, rows, report) : [];
    return [{ ...output, shape: [rows, width], data }, ...explanation];
  };
}
