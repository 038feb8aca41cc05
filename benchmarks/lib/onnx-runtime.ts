import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const version = '1.30.0';

/** The little of onnxruntime-node that is used here. */
export type OnnxRuntime = {
  readonly InferenceSession: { create(file: string, options: object): Promise<OnnxSession> };
  readonly Tensor: new (type: 'float32', data: Float32Array, shape: readonly number[]) => unknown;
};
export type OnnxSession = {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Record<string, unknown>, fetches: readonly string[]): Promise<Record<string, { readonly data: Float32Array }>>;
};

/**
 * onnxruntime-node, installed once under benchmarks/.cache: the product does not need it, and it is large. Its install script would fetch
 * GPU parts; what the CPU needs is in the package, so no script is run.
 */
export function installOnnxRuntime(): OnnxRuntime {
  const folder = join(import.meta.dirname, '../.cache', `onnxruntime-node-${version}`);
  const module = join(folder, 'node_modules/onnxruntime-node/package.json');
  if (!existsSync(module)) {
    process.stderr.write(`Installing the peer onnxruntime-node ${version} …\n`);
    mkdirSync(folder, { recursive: true });
    const args = ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', `onnxruntime-node@${version}`];
    execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  return createRequire(module)('onnxruntime-node') as OnnxRuntime;
}
