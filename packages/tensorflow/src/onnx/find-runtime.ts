import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { TensorFlowError } from '../tensorflow-error.ts';

const name = 'onnxruntime-node';
const wanted = '1.30.0';

/** Where onnxruntime-node is, and which one. */
export type OnnxRuntimeHome = { readonly folder: string; readonly version: string };

/**
 * Finds onnxruntime-node: in the folder that SWITCHYARD_ONNXRUNTIME names; else among our own packages, or in NODE_PATH; else in the user's cache.
 * In a folder it is where npm has put it, in `node_modules`.
 *
 * @throws TensorFlowError that says how to install it
 */
export function findOnnxRuntime(env: NodeJS.ProcessEnv = process.env): OnnxRuntimeHome {
  const given = env['SWITCHYARD_ONNXRUNTIME'];
  const cache = join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'switchyard', 'onnxruntime');
  const found = given ? within(given) : (amongOurs() ?? within(cache));
  if (found === undefined) {
    const folder = given ?? cache;
    throw new TensorFlowError(
      `an ONNX model needs the package ${name}, which is not ${given ? `in ${given}, where SWITCHYARD_ONNXRUNTIME says` : 'installed'}: npm install --prefix ${folder} --ignore-scripts ${name}@${wanted}`,
    );
  }
  const { version } = JSON.parse(readFileSync(join(found, 'package.json'), 'utf8')) as { version: string };
  return { folder: found, version };
}

function within(folder: string): string | undefined {
  const found = join(folder, 'node_modules', name);
  return existsSync(join(found, 'package.json')) ? found : undefined;
}

function amongOurs(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}
