import type { GraphMetadata, MessageDescription, ModelMetadata } from '../call.ts';
import { SeldonGraphMetadata, SeldonModelMetadata, SeldonModelMetadataRequest, type SeldonMessageMetadata } from '../generated/messages.ts';
import { toBigInt } from '../int64.ts';
import { asArray, asObject, asString, refuse } from '../json/expect.ts';
import { parseJson } from '../json/syntax.ts';
import { asBuffer } from '../raw.ts';
import type { TensorSpec } from '../signature.ts';
import { isDatatype } from '../tensor.ts';
import { decodeProto } from '../wire-fields.ts';
import { valueOfJson } from './proto-value.ts';

/** `GET /metadata` of a model. */
export function seldonModelMetadataJson(metadata: ModelMetadata): Buffer {
  return Buffer.from(JSON.stringify(modelJson(metadata)));
}

/** `GET /api/v1.0/metadata` of a deployment. */
export function seldonGraphMetadataJson({ name, models, inputs, outputs }: GraphMetadata): Buffer {
  const units = Object.fromEntries(Object.entries(models).map(([unit, metadata]) => [unit, modelJson(metadata)]));
  return Buffer.from(JSON.stringify({ name, models: units, graphinputs: inputs.map(tensorJson), graphoutputs: outputs.map(tensorJson) }));
}

/**
 * What a model says of itself in JSON. Inputs and outputs that are described by a schema of their own instead of a tensor are left out.
 * @throws InferenceError INVALID_ARGUMENT
 */
export function decodeSeldonModelMetadataJson(body: Uint8Array): ModelMetadata {
  const json = asObject(parseJson(body, 'the metadata'), 'the metadata');
  const custom = json['custom'] ? asObject(json['custom'], 'custom') : undefined;
  return {
    name: asString(json['name'] ?? '', 'name'),
    versions: asArray(json['versions'] ?? [], 'versions').map(String),
    platform: asString(json['platform'] ?? '', 'platform'),
    inputs: asArray(json['inputs'] ?? [], 'inputs').flatMap((each, index) => specOfJson(each, `inputs[${index}]`)),
    outputs: asArray(json['outputs'] ?? [], 'outputs').flatMap((each, index) => specOfJson(each, `outputs[${index}]`)),
    ...(custom ? { custom: Object.fromEntries(Object.entries(custom).map(([key, value]) => [key, String(value)])) } : {}),
  };
}

export function encodeSeldonModelMetadata(metadata: ModelMetadata): Buffer {
  return asBuffer(SeldonModelMetadata.encode(modelProto(metadata)).finish());
}

export function encodeSeldonGraphMetadata({ name, models, inputs, outputs }: GraphMetadata): Buffer {
  const units = Object.fromEntries(Object.entries(models).map(([unit, metadata]) => [unit, modelProto(metadata)]));
  const proto = { name, models: units, inputs: inputs.map(tensorJson), outputs: outputs.map(tensorJson) };
  return asBuffer(SeldonGraphMetadata.encode(proto).finish());
}

/** As `decodeSeldonModelMetadataJson`, of a seldon.protos.SeldonModelMetadata. */
export function decodeSeldonModelMetadata(bytes: Uint8Array): ModelMetadata {
  const { name, versions, platform, inputs, outputs, custom } = decodeProto(
    SeldonModelMetadata,
    bytes,
    'seldon.protos.SeldonModelMetadata',
  );
  const facts = Object.keys(custom ?? {}).length > 0 ? { custom: { ...custom } } : {};
  const specs = { inputs: (inputs ?? []).flatMap(specOfProto), outputs: (outputs ?? []).flatMap(specOfProto) };
  return { name: name ?? '', versions: versions ?? [], platform: platform ?? '', ...specs, ...facts };
}

/** The unit that a SeldonModelMetadataRequest asks after. */
export function decodeSeldonModelMetadataRequest(bytes: Uint8Array): { readonly name: string } {
  return { name: decodeProto(SeldonModelMetadataRequest, bytes, 'seldon.protos.SeldonModelMetadataRequest').name ?? '' };
}

function modelJson({ name, versions, platform, inputs, outputs, custom, described = {} }: ModelMetadata) {
  return {
    name: described.name ?? name,
    versions: described.versions ?? versions,
    platform: described.platform ?? platform,
    inputs: described.inputs ?? inputs.map(tensorJson),
    outputs: described.outputs ?? outputs.map(tensorJson),
    ...(custom || described.custom ? { custom: { ...custom, ...described.custom } } : {}),
  };
}

function modelProto(metadata: ModelMetadata): SeldonModelMetadata {
  const { inputs, outputs, ...json } = modelJson(metadata);
  return { ...json, inputs: inputs.map(messageProto), outputs: outputs.map(messageProto) };
}

function messageProto({ messagetype, schema, name, datatype, shape }: MessageDescription): SeldonMessageMetadata {
  return {
    ...(messagetype !== undefined && { messagetype }),
    ...(schema !== undefined && { schema: valueOfJson(schema) }),
    ...(name !== undefined && { name }),
    ...(datatype !== undefined && { datatype }),
    ...(shape !== undefined && { shape }),
  };
}

function tensorJson({ name, datatype, shape }: TensorSpec) {
  return { name, datatype, shape };
}

function specOfJson(value: unknown, what: string): TensorSpec[] {
  const { name, datatype, shape } = asObject(value, what);
  if (!isDatatype(datatype)) return [];
  const sizes = asArray(shape ?? [], `${what}.shape`).map((size, axis) => {
    if (Number.isSafeInteger(size)) return size as number;
    throw refuse(`${what}.shape[${axis}]`, size, 'a whole number');
  });
  return [{ name: asString(name ?? '', `${what}.name`), datatype, shape: sizes }];
}

function specOfProto({ name, datatype, shape }: SeldonMessageMetadata): TensorSpec[] {
  if (!isDatatype(datatype)) return [];
  return [{ name: name ?? '', datatype, shape: (shape ?? []).map((size) => Number(toBigInt(size))) }];
}
