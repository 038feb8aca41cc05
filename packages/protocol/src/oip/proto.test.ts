import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import vectors from '../../golden/vectors.json' with { type: 'json' };
import { ModelInferRequest, ModelInferResponse, type ModelInferRequest as Request } from '../generated/messages.ts';
import { anyTensor, tensorOf } from '../test/arbitraries.ts';
import { plainTensor } from '../test/plain.ts';
import { datatypes, type Tensor } from '../tensor.ts';
import { bytesOfTensor, tensorOfBytes } from './binary.ts';
import { contentsOfTensor, tensorOfContents } from './contents.ts';
import { decodeOipProto, encodeOipProto } from './proto.ts';
import type { OipProtoRequest } from './request.ts';

const made = (request: Request): OipProtoRequest => decodeOipProto(ModelInferRequest.encode(request).finish());
const tensorsOf = ({ message }: OipProtoRequest): readonly Tensor[] => (message.payload.kind === 'tensors' ? message.payload.tensors : []);
const headOf = ({ name, datatype, shape }: Tensor) => ({ name, datatype, shape });
const typed = fc.constantFrom(...datatypes.filter((type) => type !== 'FP16' && type !== 'BF16')).chain((type) => tensorOf(type));

test('tensors of every datatype come as raw contents', () => {
  fc.assert(
    fc.property(fc.array(anyTensor, { minLength: 1, maxLength: 4 }), (tensors) => {
      const request = made({ inputs: tensors.map(headOf), raw_input_contents: tensors.map(bytesOfTensor) });
      expect(tensorsOf(request).map(plainTensor)).toEqual(tensors.map(plainTensor));
      expect(request.binaryOutput).toBe(true);
    }),
  );
});

test('tensors of every datatype that has typed contents come as such', () => {
  fc.assert(
    fc.property(fc.array(typed, { maxLength: 4 }), (tensors) => {
      const request = made({ inputs: tensors.map((tensor) => ({ ...headOf(tensor), contents: contentsOfTensor(tensor) ?? null })) });
      expect(tensorsOf(request).map(plainTensor)).toEqual(tensors.map(plainTensor));
      expect(request.binaryOutput).toBe(false);
    }),
  );
});

test('an answer is raw where its request was, and typed where it was not', () => {
  fc.assert(
    fc.property(fc.array(typed, { minLength: 1, maxLength: 4 }), fc.boolean(), (tensors, binaryOutput) => {
      const request = { ...made({ inputs: [] }), binaryOutput };
      const { outputs = [], raw_output_contents: raw = [] } = ModelInferResponse.decode(
        encodeOipProto({ modelName: 'm', tensors, request }),
      );
      const read = outputs.map(({ name, shape, contents }, index) => {
        const { datatype } = tensors[index] as Tensor;
        const sizes = (shape ?? []).map(Number);
        expect(Boolean(contents)).toBe(!binaryOutput);
        return binaryOutput
          ? tensorOfBytes(name ?? '', datatype, sizes, raw[index] as Uint8Array)
          : tensorOfContents(name ?? '', datatype, sizes, contents ?? {});
      });
      expect(raw.length).toBe(binaryOutput ? tensors.length : 0);
      expect(read.map(plainTensor)).toEqual(tensors.map(plainTensor));
    }),
  );
});

describe("as Google's protobuf writes it", () => {
  test('a raw request', () => {
    const request = decodeOipProto(Buffer.from(vectors.infer_raw, 'hex'));
    expect(request).toMatchObject({ modelName: 'mnist', id: '7', parameters: { priority: 3 }, binaryOutput: true });
    expect(tensorsOf(request).map(plainTensor)).toEqual([
      { name: 'x', datatype: 'FP32', shape: [1, 2], data: Float32Array.of(0.5, 1.5) },
      { name: 's', datatype: 'BYTES', shape: [2], data: [[97, 98], [99]] },
    ]);
  });

  test('a typed request, with integers of 64 bits', () => {
    const request = decodeOipProto(Buffer.from(vectors.infer_typed, 'hex'));
    expect(request).toMatchObject({ modelName: 'mnist', modelVersion: '2', outputs: [{ name: 'y' }], binaryOutput: false });
    expect(request).not.toHaveProperty('id');
    expect(tensorsOf(request).map(({ data }) => data)).toEqual([
      BigInt64Array.of(9007199254740993n, -2n),
      BigUint64Array.of(2n ** 64n - 1n),
      Uint8Array.of(1, 0),
    ]);
  });

  const y: Tensor = { name: 'y', datatype: 'FP32', shape: [1, 2], data: Float32Array.of(0.25, 0.75) };

  test('answers, to the very bytes', () => {
    const typed = { ...made({ inputs: [] }), id: '7' };
    expect(encodeOipProto({ modelName: 'mnist', modelVersion: '2', tensors: [y], request: typed }).toString('hex')).toBe(
      vectors.infer_response,
    );
    const raw = { ...typed, binaryOutput: true };
    expect(encodeOipProto({ modelName: 'mnist', tensors: [y], request: raw }).toString('hex')).toBe(vectors.infer_response_raw);
  });
});

test('an answer that has no typed contents is raw, all of it', () => {
  const half: Tensor = { name: 'h', datatype: 'FP16', shape: [1], data: Uint16Array.of(0x3c00) };
  const flag: Tensor = { name: 'f', datatype: 'BOOL', shape: [1], data: Uint8Array.of(1) };
  const { outputs, raw_output_contents: raw } = ModelInferResponse.decode(
    encodeOipProto({ modelName: 'm', tensors: [half, flag], request: made({ inputs: [] }) }),
  );
  expect(outputs?.map(({ contents }) => contents)).toEqual([null, null]);
  expect(raw?.map((entry) => [...entry])).toEqual([[0x00, 0x3c], [1]]);
});

test('parameters are what they were sent as; an integer beyond 2^53 is its digits', () => {
  const parameters = {
    a: { bool_param: false },
    b: { int64_param: { low: -1, high: -1, unsigned: false } },
    c: { string_param: '' },
    d: { double_param: 0.5 },
    e: { uint64_param: { low: 1, high: 0x200000, unsigned: true } },
  };
  expect(made({ parameters }).parameters).toEqual({ a: false, b: -1, c: '', d: 0.5, e: '9007199254740993' });
});

describe('what does not fit is refused', () => {
  const x = { name: 'x', datatype: 'FP32', shape: [1] };
  test.each<[string, Request, string]>([
    [
      'raw and typed at once',
      { inputs: [{ ...x, contents: { fp32_contents: [1] } }], raw_input_contents: [new Uint8Array(4)] },
      'tensor "x" has contents, but raw_input_contents is filled too',
    ],
    ['too few raw entries', { inputs: [x, x], raw_input_contents: [new Uint8Array(4)] }, 'raw_input_contents has 1 entries for 2 inputs'],
    [
      'a raw entry of another length',
      { inputs: [x], raw_input_contents: [new Uint8Array(8)] },
      'shape [1] holds 1 elements, but 2 were sent',
    ],
    ['no contents', { inputs: [x] }, 'tensor "x": shape [1] holds 1 elements, but 0 were sent'],
    [
      'contents of another type',
      { inputs: [{ ...x, contents: { fp64_contents: [1] } }] },
      'tensor "x": FP32 belongs in fp32_contents, but fp64_contents is filled',
    ],
    [
      'a number that does not fit',
      { inputs: [{ ...x, datatype: 'UINT8', contents: { uint_contents: [256] } }] },
      'tensor "x": element 0 is 256, not in 0..255, which UINT8 holds',
    ],
    ['typed half floats', { inputs: [{ ...x, datatype: 'FP16' }] }, 'FP16 has no typed contents; send raw_input_contents'],
    ['an unknown datatype', { inputs: [{ ...x, datatype: 'FP8' }] }, 'datatype is "FP8"; known are BOOL'],
    ['a negative dimension', { inputs: [{ ...x, shape: [-1] }], raw_input_contents: [new Uint8Array(4)] }, 'dimension -1 of shape [-1]'],
    [
      'a huge dimension',
      { inputs: [{ ...x, shape: [{ low: 0, high: 0x400000, unsigned: false }] }] },
      'dimension 18014398509481984 of a shape is too large',
    ],
  ])('%s', (_, request, message) => {
    expect(() => made(request)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(message) }));
  });

  test('what is no message at all', () => {
    expect(() => decodeOipProto(Uint8Array.of(0x0a, 0x05, 0x00))).toThrow('not a valid inference.ModelInferRequest');
  });

  test('an output that does not exist', () => {
    expect(() => encodeOipProto({ modelName: 'm', tensors: [], request: made({ outputs: [{ name: 'w' }] }) })).toThrow(
      'there is no output "w"',
    );
  });
});
