import { DatasetError } from './error.ts';

/** Which array is what: by the words in its name. */
export type Roles<T> = { readonly train: Pair<T>; readonly test?: Pair<T> };
export type Pair<T> = { readonly features: T; readonly labels: T };

const featureWords = new Set(['x', 'xs', 'images', 'image', 'imgs', 'img', 'features', 'data', 'inputs']);
const labelWords = new Set(['y', 'ys', 'labels', 'label', 'target', 'targets', 'classes', 'outputs']);
const testWords = new Set(['test', 't10k', 'testing']);

/**
 * Finds the pair to train with and, where there is one, the pair to test with, among named arrays: `train-images-idx3-ubyte`, `x_test`,
 * `kmnist-test-labels.npz`, `X`, `y`. NumPy's own `arr_0` and `arr_1` are features and labels.
 *
 * @param file Whom errors name. @throws DatasetError where a role is empty or taken twice.
 */
export function findRoles<T>(named: ReadonlyMap<string, T>, file: string): Roles<T> {
  const taken = new Map<string, string>();
  for (const name of named.keys()) {
    const role = roleOf(name);
    if (role === undefined) continue;
    const other = taken.get(role);
    if (other !== undefined)
      throw new DatasetError(file, undefined, `both "${other}" and "${name}" look like ${role}: name the files as a pair`);
    taken.set(role, name);
  }
  const pair = (part: string): Pair<T> | undefined => {
    const [features, labels] = [taken.get(`${part} features`), taken.get(`${part} labels`)];
    if (features === undefined && labels === undefined) return undefined;
    if (features === undefined || labels === undefined)
      throw new DatasetError(
        file,
        undefined,
        `${part} ${labels === undefined ? 'labels' : 'features'} are missing; there is ${listed(named)}`,
      );
    return { features: named.get(features) as T, labels: named.get(labels) as T };
  };
  const [train, test] = [pair('train'), pair('test')];
  if (!train && !test)
    throw new DatasetError(file, undefined, `no features and labels by their names (x_train, y_train, X, y, …); there is ${listed(named)}`);
  return train ? { train, ...(test && { test }) } : { train: test as Pair<T> };
}

export function roleOf(name: string): string | undefined {
  if (name === 'arr_0' || name === 'arr_1') return name === 'arr_0' ? 'train features' : 'train labels';
  const words = name
    .toLowerCase()
    .replace(/\.npy$/, '')
    .split(/[^a-z0-9]+/);
  const part = words.some((word) => testWords.has(word)) ? 'test' : 'train';
  if (words.some((word) => labelWords.has(word))) return `${part} labels`;
  return words.some((word) => featureWords.has(word)) ? `${part} features` : undefined;
}

function listed(named: ReadonlyMap<string, unknown>): string {
  return [...named.keys()].map((name) => `"${name}"`).join(', ') || 'nothing';
}
