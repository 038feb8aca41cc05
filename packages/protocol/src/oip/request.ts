import type { Message } from '../call.ts';
import { InferenceError } from '../error.ts';
import type { Tensor } from '../tensor.ts';

export type OipParameters = Readonly<Record<string, string | number | boolean>>;

/** One output that a request asks for; `binary` where it says itself how. */
export type RequestedOutput = { readonly name: string; readonly binary?: boolean };

/** An inference request of the Open Inference Protocol. */
export type OipRequest = {
  readonly id?: string;
  readonly parameters: OipParameters;
  /** Its encoding is `oip`, its payload the inputs. */
  readonly message: Message;
  /** Absent: all outputs. */
  readonly outputs?: readonly RequestedOutput[];
  /** Outputs that do not say it themselves are wanted as raw bytes. Over gRPC: the inputs came as raw bytes. */
  readonly binaryOutput: boolean;
};

/** Over gRPC the model is named in the request itself. */
export type OipProtoRequest = OipRequest & { readonly modelName: string; readonly modelVersion?: string };

/** What a model answered, to be written as its request wants it. */
export type OipAnswer = {
  readonly modelName: string;
  readonly modelVersion?: string;
  /** Else the request's. */
  readonly id?: string;
  /** The way through an inference graph, which its feedback needs; the protocol's messages have no place for it. */
  readonly routing?: Readonly<Record<string, number>>;
  readonly tensors: readonly Tensor[];
  readonly request: OipRequest;
};

/**
 * The tensors that a request asks for, in its order, each with whether it wants it as raw bytes.
 * @throws InferenceError INVALID_ARGUMENT for an output that the model does not have
 */
export function selectOutputs({ tensors, request }: OipAnswer): { readonly tensor: Tensor; readonly binary: boolean }[] {
  const { outputs, binaryOutput } = request;
  if (!outputs || outputs.length === 0) return tensors.map((tensor) => ({ tensor, binary: binaryOutput }));
  return outputs.map(({ name, binary = binaryOutput }) => {
    const tensor = tensors.find((each) => each.name === name);
    if (tensor) return { tensor, binary };
    const known = tensors.map((each) => `"${each.name}"`).join(', ');
    throw new InferenceError('INVALID_ARGUMENT', `there is no output "${name}"; this model has ${known}`);
  });
}

export function requestMessage(tensors: readonly Tensor[], id: string | undefined): Message {
  return { meta: id ? { puid: id } : {}, encoding: 'oip', payload: { kind: 'tensors', tensors } };
}
