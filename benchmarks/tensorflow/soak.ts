import { message, node, start, stop } from '../lib/process.ts';
import { round, table } from '../lib/figures.ts';
import { load } from '../lib/start-load.ts';
import { mainOf } from '../main-job/models.ts';

const clients = 64;
const most = 1.1; // of the memory of the first half

type Alive = { readonly tensors: number; readonly rssMb: number };

/**
 * Predicts `count` times by the wire, and looks again and again at what the runtime's process has alive: its tensors, and its memory.
 * @throws Error where a tensor is left, or memory still grows in the second half
 */
export async function soak(store: string, model: string, count: number) {
  const env = { SWITCHYARD_HTTP_PORT: '0', SWITCHYARD_GRPC_PORT: '0', SWITCHYARD_HOST: '127.0.0.1', SWITCHYARD_LOG_LEVEL: 'warn' };
  const child = start({ ...node(mainOf('tf-runtime'), ['--store', store, '--model', model]), env });
  type Ready = { readonly ready: true; readonly httpPort: number };
  const { httpPort } = await message(child, (told): told is Ready => (told as Partial<Ready>).ready === true);
  const address = `http://127.0.0.1:${httpPort}`;
  const seconds = Math.min(10, count / 20_000);
  const { tensors } = await alive(address);
  const seen: (Alive & { readonly done: number })[] = [];
  for (let done = 0; done < count;) {
    const spec = { protocol: 'http', path: '', address: `${address}/v2/models/${model}/infer`, ...oneRow(), clients } as const;
    done += (await load({ ...spec, warmSeconds: 0, seconds }, child.pid as number)).requests;
    seen.push({ done, ...(await alive(address)) });
    process.stderr.write(`${done} predictions: ${seen.at(-1)?.tensors} tensors, ${Math.round(seen.at(-1)?.rssMb ?? 0)} MiB\n`);
  }
  await stop(child);
  const highest = (part: readonly Alive[]): number => Math.max(...part.map(({ rssMb }) => rssMb));
  const half = seen.findIndex(({ done }) => done >= count / 2) + 1;
  const growth = highest(seen.slice(half)) / highest(seen.slice(0, half));
  console.log(`\nPredictions of one row, ${clients} clients\n`);
  console.log(
    table(
      ['predictions', 'tensors', 'MiB resident'],
      seen.map((each) => [each.done, each.tensors, Math.round(each.rssMb)]),
    ),
  );
  const left = (seen.at(-1) as Alive).tensors - tensors;
  if (left !== 0) throw new Error(`${left} tensors are left of ${count} predictions`);
  if (growth > most) throw new Error(`memory is ${growth.toFixed(2)} of what it was in the first half; at most ${most} is flat`);
  return { soakPredictions: seen.at(-1)?.done, soakMb: Math.round(highest(seen)), soakGrowth: round(growth) };
}

function oneRow(): { readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  const row = Float32Array.from({ length: 784 }, (_, at) => (at % 256) / 255);
  const input = { name: 'x', shape: [1, 784], datatype: 'FP32', parameters: { binary_data_size: row.byteLength } };
  const head = Buffer.from(JSON.stringify({ inputs: [input] }));
  const headers = { 'content-type': 'application/octet-stream', 'inference-header-content-length': String(head.length) };
  return { headers, body: Buffer.concat([head, Buffer.from(row.buffer)]).toString('base64') };
}

/** By the runtime's own metrics: whoever operates one sees the same. */
async function alive(address: string): Promise<Alive> {
  const metrics = await (await fetch(`${address}/metrics`)).text();
  const figure = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1]);
  const tensors = figure('switchyard_tensors') + figure('switchyard_native_tensors');
  return { tensors, rssMb: figure('process_resident_memory_bytes') / 2 ** 20 };
}
