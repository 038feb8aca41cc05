import {
  RepositoryIndexRequest,
  RepositoryIndexResponse,
  RepositoryModelLoadRequest,
  RepositoryModelLoadResponse,
  RepositoryModelUnloadResponse,
} from '../generated/messages.ts';
import { asBuffer } from '../raw.ts';
import { decodeProto } from '../wire-fields.ts';

/** One model of a repository, as `POST /v2/repository/index` lists it. */
export type RepositoryEntry = { readonly name: string; readonly version?: string; readonly state: string; readonly reason?: string };

/** @throws InferenceError INVALID_ARGUMENT where the bytes are no such message */
export function decodeRepositoryIndexRequest(bytes: Uint8Array): { readonly ready: boolean } {
  return { ready: decodeProto(RepositoryIndexRequest, bytes, 'inference.RepositoryIndexRequest').ready ?? false };
}

/** The name of the model that a RepositoryModelLoadRequest or a RepositoryModelUnloadRequest is about: the two are alike. */
export function decodeRepositoryModelRequest(bytes: Uint8Array): { readonly name: string } {
  return { name: decodeProto(RepositoryModelLoadRequest, bytes, 'inference.RepositoryModelLoadRequest').model_name ?? '' };
}

export function encodeRepositoryIndex(models: readonly RepositoryEntry[]): Buffer {
  return asBuffer(RepositoryIndexResponse.encode({ models }).finish());
}

export function encodeRepositoryModelLoaded(): Buffer {
  return asBuffer(RepositoryModelLoadResponse.encode({}).finish());
}

export function encodeRepositoryModelUnloaded(): Buffer {
  return asBuffer(RepositoryModelUnloadResponse.encode({}).finish());
}
