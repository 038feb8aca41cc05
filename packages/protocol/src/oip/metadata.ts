import type { ModelMetadata } from '../call.ts';
import {
  ModelMetadataRequest,
  ModelMetadataResponse,
  ModelReadyRequest,
  ModelReadyResponse,
  ServerLiveResponse,
  ServerMetadataResponse,
  ServerReadyResponse,
} from '../generated/messages.ts';
import type { TensorSpec } from '../signature.ts';
import { asBuffer } from '../raw.ts';
import { decodeProto } from '../wire-fields.ts';

/** What a server says of itself. */
export type ServerMetadata = { readonly name: string; readonly version: string; readonly extensions: readonly string[] };

/** A model, and one version of it where that is asked for. */
export type ModelReference = { readonly name: string; readonly version?: string };

/** `GET /v2` */
export function oipServerMetadataJson({ name, version, extensions }: ServerMetadata): Buffer {
  return Buffer.from(JSON.stringify({ name, version, extensions }));
}

/** `GET /v2/models/{name}` */
export function oipModelMetadataJson({ name, versions, platform, inputs, outputs }: ModelMetadata): Buffer {
  return Buffer.from(
    JSON.stringify({ name, versions, platform, inputs: inputs.map(tensorMetadata), outputs: outputs.map(tensorMetadata) }),
  );
}

export function encodeOipServerMetadata(metadata: ServerMetadata): Buffer {
  return asBuffer(ServerMetadataResponse.encode(metadata).finish());
}

/** The model's own facts are its `properties`. */
export function encodeOipModelMetadata({ name, versions, platform, inputs, outputs, custom }: ModelMetadata): Buffer {
  const tensors = { inputs: inputs.map(tensorMetadata), outputs: outputs.map(tensorMetadata) };
  return asBuffer(ModelMetadataResponse.encode({ name, versions, platform, ...tensors, properties: { ...custom } }).finish());
}

/** @throws InferenceError INVALID_ARGUMENT, as all decoders here */
export function decodeOipModelMetadataRequest(bytes: Uint8Array): ModelReference {
  return referenceOf(decodeProto(ModelMetadataRequest, bytes, 'inference.ModelMetadataRequest'));
}

export function decodeOipModelReadyRequest(bytes: Uint8Array): ModelReference {
  return referenceOf(decodeProto(ModelReadyRequest, bytes, 'inference.ModelReadyRequest'));
}

export function encodeOipModelReady(ready: boolean): Buffer {
  return asBuffer(ModelReadyResponse.encode({ ready }).finish());
}

export function encodeOipServerReady(ready: boolean): Buffer {
  return asBuffer(ServerReadyResponse.encode({ ready }).finish());
}

export function encodeOipServerLive(live: boolean): Buffer {
  return asBuffer(ServerLiveResponse.encode({ live }).finish());
}

function tensorMetadata({ name, datatype, shape }: TensorSpec) {
  return { name, datatype, shape };
}

function referenceOf({ name, version }: { name?: string | null; version?: string | null }): ModelReference {
  return { name: name ?? '', ...(version ? { version } : {}) };
}
