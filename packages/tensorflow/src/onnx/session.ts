import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Element } from './element.ts';

/** The numbers of a tensor as onnxruntime-node takes and gives them; of float16 its bits. */
export type Values = { readonly type: Element['type']; readonly dims: readonly number[]; readonly data: ValueArray };
export type ValueArray = NodeJS.TypedArray | string[];

/** A model that onnxruntime holds ready. It blocks its thread. */
export type Session = {
  /** Takes and gives values in the order of the names that it was opened with. @throws Error in the words of onnxruntime */
  run(inputs: readonly Values[]): Promise<Values[]>;
};

/** What a session is opened of. */
export type SessionSource = {
  /** The folder of onnxruntime-node. */
  readonly runtime: string;
  readonly model: Uint8Array;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** How many threads share an operation that is large. */
  readonly threads: number;
};

/** The little of onnxruntime-node that is used here. */
type Library = {
  readonly env: { logLevel: string };
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<NativeSession> };
  readonly Tensor: new (type: string, data: ValueArray, dims: readonly number[]) => Values;
};
type NativeSession = {
  run(feeds: Readonly<Record<string, Values>>, fetches: readonly string[]): Promise<Readonly<Record<string, Values>>>;
};

/** @throws Error in the words of onnxruntime, or where it cannot be loaded on this machine */
export async function openSession({ runtime, model, inputs, outputs, threads }: SessionSource): Promise<Session> {
  // onnxruntime-node makes tensors of float16 without numbers where Node has such arrays; where it has none, they are Uint16Array
  delete (globalThis as { Float16Array?: unknown }).Float16Array;
  const { env, InferenceSession, Tensor } = createRequire(join(runtime, 'package.json'))(runtime) as Library;
  env.logLevel = 'fatal'; // it is told in errors
  const session = await InferenceSession.create(model, {
    logSeverityLevel: 4,
    intraOpNumThreads: threads,
    extra: { session: { intra_op: { allow_spinning: '0' } } }, // its threads would burn a core each while they wait for work
  });
  return {
    async run(given) {
      const feeds = Object.fromEntries(given.map(({ type, data, dims }, at) => [inputs[at] as string, new Tensor(type, data, dims)]));
      const answers = await session.run(feeds, outputs);
      return outputs.map((name) => {
        const { type, data, dims } = answers[name] as Values;
        return { type, data, dims };
      });
    },
  };
}
