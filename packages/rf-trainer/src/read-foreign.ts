import { ForestError, fromMlRandomForest, fromOnnx, fromScikitLearn, type Forest } from '@switchyard/forest';

/** A forest that was trained elsewhere. */
export type Foreign = { readonly forest: Forest; readonly classNames?: readonly string[]; readonly origin: string };

/**
 * Reads a model in whichever of the forms it is: ONNX, the JSON of ml-random-forest, or our export of scikit-learn.
 * @throws ForestError that says what is wrong where
 */
export function readForeign(bytes: Uint8Array, columns?: number): Foreign {
  const first = bytes.find((byte) => byte > 0x20);
  if (first !== 0x7b) return known(fromOnnx(bytes), 'onnx', columns); // {
  const json = parse(bytes);
  if ('baseModel' in json)
    return known({ forest: fromMlRandomForest(json, { ...(columns !== undefined && { columns }) }) }, 'ml-random-forest', columns);
  return known(fromScikitLearn(json), 'scikit-learn', columns);
}

function known<T extends { readonly forest: Forest }>(
  read: T,
  origin: string,
  columns: number | undefined,
): T & { readonly origin: string } {
  if (columns !== undefined && columns !== read.forest.columns)
    throw new ForestError(`the model has ${read.forest.columns} columns, not ${columns}`);
  return { ...read, origin };
}

function parse(bytes: Uint8Array): object {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as object;
  } catch (error) {
    throw new ForestError(`neither ONNX nor JSON: ${(error as Error).message}`, { cause: error });
  }
}
