import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { kill, start } from '../lib/process.ts';
import { venv } from '../lib/venv.ts';
import { mnistFolder } from '../main-job/models.ts';
import { freePort, type Server } from '../main-job/servers.ts';

const here = join(import.meta.dirname, 'peers');
const science = ['numpy==1.26.4', 'scikit-learn==1.5.2'];
const pythons = ['python3.11', 'python3.12', 'python3.10', 'python3'];

export type PeerName = keyof typeof peers;

/** Each in an environment of its own; `args` by ports of REST and gRPC, and one for what else it may listen on. */
const peers = {
  kserve: {
    packages: ['kserve==0.21.0', 'scikit-learn==1.5.2', 'numpy==2.2.6'],
    program: 'python',
    args: (http: number, grpc: number) => ['kserve_digits.py', '--http_port', `${http}`, '--grpc_port', `${grpc}`],
  },
  fastapi: {
    packages: ['fastapi==0.165.0', 'uvicorn[standard]==0.54.0', 'onnxruntime==1.32.0', 'numpy==1.26.4'],
    program: 'uvicorn',
    args: (http: number) => ['fastapi_digits:app', '--host', '127.0.0.1', '--port', `${http}`, '--no-access-log'],
  },
} as const;

/** Starts a peer with both models, and waits until it answers. @throws Error where it cannot be installed or ends */
export async function startPeer(name: PeerName): Promise<Server> {
  const { packages, program, args } = peers[name];
  const bin = venv(name, packages, pythons);
  const models = peerModels();
  const [httpPort, grpcPort] = [await freePort(), await freePort()];
  const began = performance.now();
  const child = start({
    command: join(bin, program),
    args: args(httpPort, grpcPort),
    cwd: here,
    env: { MODELS: models, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1' },
  });
  const http = `http://127.0.0.1:${httpPort}`;
  const body = JSON.stringify({ instances: [Array(784).fill(0)] });
  const ready = async (): Promise<boolean> => {
    const asked = ['softmax', 'forest'].map((model) =>
      fetch(`${http}/v1/models/${model}:predict`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        signal: AbortSignal.timeout(2000),
      }),
    );
    return (await Promise.allSettled(asked)).every((answer) => answer.status === 'fulfilled' && answer.value.ok);
  };
  while (!(await ready())) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}:\n${child.output()}`);
    if (performance.now() - began > 60_000) {
      kill(child);
      throw new Error(`${name} does not answer:\n${child.output()}`);
    }
    await sleep(20);
  }
  return { http, grpc: `127.0.0.1:${grpcPort}`, startSeconds: (performance.now() - began) / 1000, process: child };
}

/** The folder of the peers' models, trained once by NumPy and scikit-learn on the digits that ours are trained on. */
function peerModels(): string {
  const folder = join(import.meta.dirname, '../.cache/serving-models');
  const train = join(import.meta.dirname, '../main-job/peers/train.py');
  const convert = join(here, 'convert.py');
  const packages = [...science, 'skl2onnx==1.20.0', 'onnx==1.23.2'];
  const digest = createHash('sha256').update(`${packages}`).update(readFileSync(train)).update(readFileSync(convert)).digest('hex');
  const stamp = join(folder, '.trained');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return folder;
  const python = join(venv('serving-models', packages, pythons), 'python');
  process.stderr.write("training the peers' models\n");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const run = (...args: string[]) => execFileSync(python, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  for (const model of ['softmax', 'forest']) run(train, model, mnistFolder(), folder);
  run(convert, folder);
  writeFileSync(stamp, digest);
  return folder;
}
