import { ClientError } from './client-error.ts';
import type { Reply } from './exchange.ts';
import { bitsOfFloat, floatOfBits, shortFloats } from './short-float.ts';
import { type AnyData, arrays, type Datatype } from './tensors.ts';

export type Tensor = { readonly name: string; readonly datatype: Datatype; readonly shape: readonly number[]; readonly data: AnyData };
export type RequestParameters = { readonly [name: string]: string | number | boolean };
export type Encoding = 'binary' | 'json';

type Head = { name: string; datatype: Datatype; shape: number[]; data?: unknown[]; parameters?: { binary_data_size?: number } };

/** What JSON has no exact form for goes as bytes whatever is asked for. */
const bytesOnly = (datatype: Datatype): boolean => /^(FP16|BF16|U?INT64)$/.test(datatype);
if (new Uint8Array(Uint16Array.of(1).buffer)[0] !== 1) throw new Error('this client needs a little-endian machine');

/** An inference request of the Open Inference Protocol, with its binary extension. */
export function encodeRequest(
  id: string,
  inputs: readonly Tensor[],
  outputs: { readonly [name: string]: { readonly datatype: Datatype } },
  { encoding, parameters = {} }: { encoding: Encoding; parameters?: RequestParameters | undefined },
): { headers: Record<string, string>; body: string | ReturnType<typeof concat> } {
  const binaries: Uint8Array[] = [];
  const heads = inputs.map(({ name, datatype, shape, data }) => {
    if (encoding === 'json' && !bytesOnly(datatype))
      return { name, datatype, shape, data: Array.from(data as ArrayLike<unknown>, datatype === 'BOOL' ? Boolean : (each) => each) };
    const bytes = bytesOf(datatype, data);
    binaries.push(bytes);
    return { name, datatype, shape, parameters: { binary_data_size: bytes.length } };
  });
  const asBytes = Object.keys(outputs).filter((name) => bytesOnly(outputs[name]?.datatype ?? 'FP32'));
  const wanted = Object.keys(outputs).map((name) => ({ name, parameters: { binary_data: asBytes.includes(name) } }));
  const head = { id, parameters: { ...parameters, binary_data_output: encoding === 'binary' }, inputs: heads };
  const json = JSON.stringify(encoding === 'json' && asBytes.length > 0 ? { ...head, outputs: wanted } : head);
  if (binaries.length === 0) return { headers: { 'content-type': 'application/json' }, body: json };
  const body = concat([new TextEncoder().encode(json), ...binaries]);
  const length = String(body.length - binaries.reduce((sum, each) => sum + each.length, 0));
  return { headers: { 'content-type': 'application/octet-stream', 'inference-header-content-length': length }, body };
}

/** @throws ClientError BAD_ANSWER */
export function decodeAnswer({ headers, bytes, status }: Reply, requestId: string) {
  try {
    const length = Number(headers.get('inference-header-content-length') ?? bytes.length);
    const { outputs, model_version: version } = JSON.parse(new TextDecoder().decode(bytes.subarray(0, length))) as {
      outputs: Head[];
      model_version?: string;
    };
    let at = length;
    const tensors = outputs.map(({ name, datatype, shape, data, parameters }): Tensor => {
      const size = parameters?.binary_data_size;
      if (size === undefined) return checked({ name, datatype, shape, data: dataOfJson(datatype, data ?? []) });
      if (at + size > bytes.length) throw new Error(`${size} bytes of output "${name}" are wanted, and ${bytes.length - at} are left`);
      at += size;
      return checked({ name, datatype, shape, data: dataOfBytes(datatype, bytes.slice(at - size, at)) });
    });
    const routing = headers.get('seldon-routing');
    return { tensors, version, ...(routing !== null && { routing: JSON.parse(routing) as { [unit: string]: number } }) };
  } catch (error) {
    throw new ClientError('BAD_ANSWER', `the answer cannot be read: ${(error as Error).message}`, { status, requestId, cause: error });
  }
}

function checked(tensor: Tensor): Tensor {
  const count = tensor.shape.reduce((product, each) => product * each, 1);
  if (tensor.data.length === count) return tensor;
  throw new Error(`output "${tensor.name}" of shape [${tensor.shape}] has ${tensor.data.length} elements`);
}

function bytesOf(datatype: Datatype, data: AnyData): Uint8Array {
  if (!ArrayBuffer.isView(data)) {
    const texts = data.map((each) => new TextEncoder().encode(each));
    return concat(texts.flatMap((each) => [new Uint8Array(Uint32Array.of(each.length).buffer), each]));
  }
  const short = shortFloats[datatype];
  const array = short ? Uint16Array.from(data as Float32Array, (each) => bitsOfFloat(each, short)) : data;
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function dataOfBytes(datatype: Datatype, bytes: Uint8Array<ArrayBuffer>): AnyData {
  if (datatype === 'BYTES') {
    const view = new DataView(bytes.buffer);
    const texts: string[] = [];
    for (let at = 0, length = 0; at < bytes.length; at += 4 + length) {
      length = view.getUint32(at, true);
      texts.push(new TextDecoder().decode(bytes.subarray(at + 4, at + 4 + length)));
    }
    return texts;
  }
  const short = shortFloats[datatype];
  return short ? Float32Array.from(new Uint16Array(bytes.buffer), (bits) => floatOfBits(bits, short)) : new arrays[datatype](bytes.buffer);
}

function dataOfJson(datatype: Datatype, data: readonly unknown[]): AnyData {
  const flat = data.flat(Infinity);
  if (datatype === 'BYTES') return flat.map(String);
  const bigint = datatype === 'INT64' || datatype === 'UINT64';
  return new arrays[datatype](flat.map((each) => (bigint ? BigInt(each as number) : Number(each))) as never);
}

function concat(parts: readonly Uint8Array[]) {
  const all = new Uint8Array(parts.reduce((sum, each) => sum + each.length, 0));
  let at = 0;
  for (const each of parts) {
    all.set(each, at);
    at += each.length;
  }
  return all;
}
