import { ArtifactError, type Artifact } from '@switchyard/artifact';
import { decodeForest, ForestError, forestPredictor, type FeatureRows, type Forest } from '@switchyard/forest';
import { rowCount, type Tensor } from '@switchyard/protocol';
import type { Model, ModelLoader } from '@switchyard/server';
import { checkContract } from './check-contract.ts';

const file = 'forest.bin';

/**
 * Loads an artifact of format `switchyard-forest`. A forest that was trained on bytes takes any number nearer than one half to a byte's
 * value for that byte, so pixels that travelled as fractions of 255 are exactly the pixels it was trained on.
 *
 * @throws ArtifactError CORRUPT where `forest.bin` is damaged, FOREIGN where it is not what the manifest states.
 */
export const loadForestModel: ModelLoader = async (artifact) => {
  const { signature } = artifact.manifest;
  const forest = await readForest(artifact);
  checkContract(forest, artifact.manifest);
  const { name, datatype, columns } = signature.outputs[0]!;
  return {
    signature,
    facts: { trees: String(forest.trees.length) },
    predict: predictWith(forest, { name, datatype, ...(columns && { columns }) }),
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

function predictWith(forest: Forest, output: Pick<Tensor, 'name' | 'datatype' | 'columns'>): Model['predict'] {
  const predictor = forestPredictor(forest);
  return ([input]) => {
    const rows = rowCount(input!);
    const data = new (output.datatype === 'FP64' ? Float64Array : Float32Array)(rows * forest.classes);
    predictor.predictProba(input!.data as FeatureRows, rows, data);
    return [{ ...output, shape: [rows, forest.classes], data }];
  };
}
