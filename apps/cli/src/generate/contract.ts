import { UserError } from '@switchyard/config';
import { decodeSeldonModelMetadataJson, elementCount, InferenceError, type ModelMetadata, type TensorSpec } from '@switchyard/protocol';
import type { Fetch } from '../client/access.ts';
import { request } from '../client/rest-client.ts';

/** What a client is made from: a model as a server states it. */
export type Contract = {
  readonly url: string;
  readonly model: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** It takes Seldon's feedback. */
  readonly feedback: boolean;
};

/**
 * Asks the server at `url` what it serves, by the Open Inference Protocol; what outputs' columns are called, by Seldon's, where it speaks that.
 * @throws UserError where that is no such server, or it is not clear which model is meant
 */
export async function readContract(url: string, wanted?: string, ask: Fetch = fetch): Promise<Contract> {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw new UserError(`--from ${url} is no URL; one is http://localhost:8000`);
  const { origin, pathname } = new URL(url);
  const base = (origin + pathname).replace(/\/+$/, '');
  const model = wanted ?? (await onlyModel(base, ask));
  const { inputs, outputs } = await modelMetadata(`${base}/v2/models/${encodeURIComponent(model)}`, ask);
  if (inputs.length === 0 || outputs.length === 0)
    throw new UserError(
      `${base}: "${model}" does not say what it ${inputs.length === 0 ? 'takes' : 'gives'}; without that there is nothing to type`,
    );
  const { feedback, columns } = await seldonSide(base, ask);
  const named = outputs.map((output): TensorSpec => {
    const found = columns.get(output.name);
    return found?.length === output.shape.at(-1) ? { ...output, columns: found! } : output;
  });
  return { url: base, model, inputs, outputs: named, feedback };
}

async function onlyModel(base: string, ask: Fetch): Promise<string> {
  const server = await json(`${base}/v2`, ask);
  if (typeof server['name'] !== 'string') throw new UserError(`${base}/v2 does not speak the Open Inference Protocol: it has no name`);
  const listed = await optional(`${base}/v1/models`, ask);
  const models = Array.isArray(listed?.['models']) ? listed['models'].map(String) : await repository(base, ask);
  const [model, ...others] = models;
  if (model === undefined) throw new UserError(`${base} serves no model, or does not say which: name it by --model`);
  if (others.length > 0) throw new UserError(`${base} serves ${models.length} models: say --model ${models.join(', or --model ')}`);
  return model;
}

/** The models of Triton and MLServer, which have no other list. */
async function repository(base: string, ask: Fetch): Promise<string[]> {
  const index = await optional(`${base}/v2/repository/index`, ask, {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json' },
  });
  return Array.isArray(index) ? [...new Set(index.map(({ name }: { name: unknown }) => String(name)))] : [];
}

async function modelMetadata(url: string, ask: Fetch): Promise<ModelMetadata> {
  const body = JSON.stringify(await json(url, ask));
  try {
    return decodeSeldonModelMetadataJson(Buffer.from(body)); // the two protocols describe tensors alike
  } catch (error) {
    if (error instanceof InferenceError) throw new UserError(`${url} is not a model's metadata: ${error.message}`, { cause: error });
    throw error;
  }
}

/** Of a graph the models must agree on the names of an output's columns. */
async function seldonSide(base: string, ask: Fetch): Promise<{ feedback: boolean; columns: Map<string, readonly string[] | undefined> }> {
  const columns = new Map<string, readonly string[] | undefined>();
  const metadata = await optional(`${base}/api/v1.0/metadata`, ask);
  if (typeof metadata?.['name'] !== 'string') return { feedback: false, columns };
  for (const each of 'models' in metadata ? Object.values(metadata['models'] as object) : [metadata]) {
    for (const [key, text] of Object.entries((each as { custom?: Record<string, string> }).custom ?? {})) {
      const name = /^columns\.(.*)$/.exec(key)?.[1];
      if (name === undefined) continue;
      const known = columns.has(name) && JSON.stringify(columns.get(name)) !== text;
      columns.set(name, known ? undefined : (JSON.parse(text) as string[]));
    }
  }
  return { feedback: true, columns };
}

async function json(url: string, ask: Fetch): Promise<Record<string, unknown>> {
  const answer = await request(url, {}, ask);
  const text = await answer.text();
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {} // said below
  throw new UserError(`${url} does not speak the Open Inference Protocol: it answers ${JSON.stringify(text.slice(0, 40))}`);
}

/** What only some servers have. */
async function optional(url: string, ask: Fetch, init: RequestInit = {}): Promise<Record<string, unknown> | undefined> {
  const answer = await ask(url, init).catch(() => undefined);
  const value: unknown = answer?.ok ? await answer.json().catch(() => undefined) : undefined;
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

/** Elements of one row: of all, where the first dimension is not the rows'; 0 where more is open. */
export function rowSize(shape: readonly number[]): number {
  const fixed = shape[0] === -1 ? shape.slice(1) : shape;
  return fixed.every((size) => size > 0) ? elementCount(fixed) : 0;
}
