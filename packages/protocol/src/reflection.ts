import { descriptors } from './generated/descriptors.ts';
import { ServerReflectionRequest, ServerReflectionResponse } from './generated/messages.ts';
import { asBuffer } from './raw.ts';
import { decodeProto } from './wire-fields.ts';

const notFound = 5;
const unimplemented = 12;

/**
 * Answers one message of gRPC server reflection, of version v1 and of v1alpha alike: `services` are the names of what the server has. A file
 * is given with all that it imports.
 * @throws InferenceError INVALID_ARGUMENT where the bytes are no request
 */
export function reflect(bytes: Uint8Array, services: readonly string[]): Buffer {
  const request = decodeProto(ServerReflectionRequest, bytes, 'grpc.reflection.v1.ServerReflectionRequest');
  const answer = { valid_host: request.host ?? '', original_request: request, ...answerOf(request, services) };
  return asBuffer(ServerReflectionResponse.encode(answer).finish());
}

function answerOf(request: ServerReflectionRequest, services: readonly string[]): ServerReflectionResponse {
  const { file_by_filename: file, file_containing_symbol: symbol, list_services, file_containing_extension: extension } = request;
  if (list_services !== undefined && list_services !== null) {
    return { list_services_response: { service: services.toSorted().map((name) => ({ name })) } };
  }
  if (typeof file === 'string') return Object.hasOwn(descriptors, file) ? files(file) : error(notFound, `there is no file "${file}"`);
  if (typeof symbol === 'string') {
    const found = fileOf(symbol);
    return found === undefined ? error(notFound, `there is no symbol "${symbol}"`) : files(found);
  }
  const type = request.all_extension_numbers_of_type;
  if (typeof type === 'string') {
    if (fileOf(type) === undefined) return error(notFound, `there is no type "${type}"`);
    return { all_extension_numbers_response: { base_type_name: type, extension_number: [] } };
  }
  if (extension) return error(notFound, `"${extension.containing_type}" has no extensions`);
  return error(unimplemented, 'the request asks for nothing that this server knows');
}

/** The file of a symbol, or of what the symbol is a part of: a method of its service, a field of its message. */
function fileOf(symbol: string): string | undefined {
  for (let name = symbol; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('.')))) {
    const found = Object.entries(descriptors).find(([, { symbols }]) => symbols.includes(name));
    if (found) return found[0];
  }
  return undefined;
}

function files(file: string): ServerReflectionResponse {
  const all = new Set([file]);
  for (const name of all) for (const imported of descriptors[name]?.imports ?? []) all.add(imported); // a set grows as it is read
  return {
    file_descriptor_response: { file_descriptor_proto: [...all].map((name) => Buffer.from(descriptors[name]?.base64 ?? '', 'base64')) },
  };
}

function error(error_code: number, error_message: string): ServerReflectionResponse {
  return { error_response: { error_code, error_message } };
}
