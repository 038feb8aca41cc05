import { readFileSync } from 'node:fs';
import { zeros } from './element.ts';
import { openSession } from './session.ts';
import type { TrialOrder } from './trial.ts';

/** The process of `tryOnnx`. Whatever onnxruntime says in words is no matter here: what counts is whether it comes back. */
const [file = '', order = ''] = process.argv.slice(2);
const { row, ...source } = JSON.parse(order) as TrialOrder;
try {
  const session = await openSession({ ...source, model: new Uint8Array(readFileSync(file)) });
  const countOf = (dims: readonly number[]): number => dims.reduce((product, size) => product * size, 1);
  if (row.length > 0) await session.run(row.map(({ type, dims }) => ({ type, dims, data: zeros(type, countOf(dims)) })));
} catch (error) {
  console.error(error);
}
process.exit(0);
