import { ArtifactError, type Manifest } from '@switchyard/artifact';
import { categorical, outlineOf, type Forest } from '@switchyard/forest';
import type { Datatype } from '@switchyard/protocol';
import { answerWidth } from './answer-rows.ts';

const inputDatatypes: readonly Datatype[] = ['UINT8', 'FP32', 'FP64'];
const outputDatatypes: readonly Datatype[] = ['FP32', 'FP64'];

/**
 * Holds a forest against the manifest that came with it: one input of its columns, one output of its classes, and values that, when they
 * have been scaled, lie where it was trained. Served in another range than it was trained on, a forest answers, and answers wrongly.
 *
 * @throws ArtifactError FOREIGN
 */
export function checkContract(forest: Forest, manifest: Manifest): void {
  const { name, version, signature, classNames } = manifest;
  const refuse = (reason: string): never => {
    throw new ArtifactError('FOREIGN', `model "${name}" version ${version}: ${reason}`);
  };
  const [input, ...moreInputs] = signature.inputs;
  const [output, ...moreOutputs] = signature.outputs;
  if (!input || !output || moreInputs.length > 0 || moreOutputs.length > 0)
    return refuse(`its signature has ${signature.inputs.length} inputs and ${signature.outputs.length} outputs; a forest has one of each`);
  const tensor = (what: string, { datatype, shape }: typeof input, width: number, of: string, known: readonly Datatype[]): void => {
    if (!known.includes(datatype)) refuse(`its ${what} is ${datatype}; a forest has ${known.join(', ')}`);
    if (shape.length !== 2 || shape[0] !== -1 || shape[1] !== width)
      refuse(`its signature states ${what} [${shape.join(', ')}], but the forest has ${width} ${of}: [-1, ${width}] is expected`);
  };
  tensor('input', input, forest.columns, 'columns', inputDatatypes);
  tensor('output', output, answerWidth(outlineOf(forest)), forest.task === 'regression' ? 'outputs' : 'classes', outputDatatypes);
  if (classNames && forest.task === 'regression') refuse(`it names ${classNames.length} classes, but the forest is a regression`);
  if (classNames && classNames.length !== forest.classes)
    refuse(`it names ${classNames.length} classes, but the forest has ${forest.classes}`);
  checkRange(forest, manifest, refuse);
}

/** A threshold lies between two values of the training data; one outside of what clients can send tells of another range. */
function checkRange({ columns, trees }: Forest, { signature, scaling }: Manifest, refuse: (reason: string) => never): void {
  const range = signature.inputs[0]?.range;
  if (!range) return;
  const factor = (values: number | readonly number[] | undefined, column: number, otherwise: number): number =>
    typeof values === 'object' ? (values[column] ?? otherwise) : (values ?? otherwise);
  const scaled = (end: number): Float64Array =>
    Float64Array.from({ length: columns }, (_, column) => end * factor(scaling?.scale, column, 1) + factor(scaling?.offset, column, 0));
  const [from, to] = [scaled(range.min), scaled(range.max)];
  const low = from.map((a, column) => Math.min(a, to[column]!));
  const high = from.map((a, column) => Math.max(a, to[column]!));
  for (const { features, thresholds, flags } of trees) {
    for (let node = 0; node < features.length; node++) {
      const column = features[node]!;
      if (column < 0 || flags[node]! & categorical) continue;
      const threshold = thresholds[node]!;
      if ((threshold >= low[column]! && threshold <= high[column]!) || threshold === Number.MAX_VALUE) continue; // only known from missing
      const stays = scaling ? 'scaling makes' : 'without scaling stays';
      const sent = `clients send ${range.min}..${range.max}, which ${stays} ${from[column]}..${to[column]}`;
      refuse(`${sent}, but the forest was trained on another range: it cuts column ${column} at ${threshold}`);
    }
  }
}
