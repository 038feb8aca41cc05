import {
  RepositoryIndexRequest,
  RepositoryIndexResponse,
  RepositoryModelLoadRequest,
  RepositoryModelLoadResponse,
  RepositoryModelUnloadResponse,
} from '../generated/messages.ts';
import { asObject, refuse } from '../json/expect.ts';
import { parseJson } from '../json/syntax.ts';
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

/**
 * The version that the body of `POST /v2/repository/models/{name}/load` asks for: `{"parameters":{"version":"3"}}`; nothing asks for whatever is to
 * be served now.
 * @throws InferenceError INVALID_ARGUMENT where it is no such JSON
 */
export function decodeRepositoryLoadJson(body: Uint8Array): { readonly version?: string } {
  if (asBuffer(body).toString().trim() === '') return {};
  const { parameters } = asObject(parseJson(body, 'the body'), 'the body');
  const { version } = asObject(parameters ?? {}, 'parameters');
  if (version === undefined || version === null) return {};
  if (typeof version === 'string' || Number.isInteger(version)) return { version: String(version) };
  throw refuse('parameters.version', version, 'a string or a whole number');
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
