import descriptor from 'protobufjs/ext/descriptor.js';
import { expect, test } from 'vitest';
import { ServerReflectionRequest, ServerReflectionResponse } from './generated/messages.ts';
import { reflect } from './reflection.ts';

const { FileDescriptorProto } = descriptor;
const ask = (request: ServerReflectionRequest, services: string[] = []) =>
  ServerReflectionResponse.decode(reflect(ServerReflectionRequest.encode(request).finish(), services));
const files = (request: ServerReflectionRequest) =>
  (ask(request).file_descriptor_response?.file_descriptor_proto ?? []).map((bytes) => FileDescriptorProto.decode(bytes));

test('services are listed, as they are', () => {
  const { list_services_response, original_request } = ask({ list_services: '' }, ['b.C', 'a.B']);
  expect(list_services_response?.service).toMatchObject([{ name: 'a.B' }, { name: 'b.C' }]);
  expect(original_request).toMatchObject({ list_services: '' });
});

test.each(['seldon.protos.Seldon', 'seldon.protos.Seldon.Predict', 'seldon.protos.SeldonMessage', 'seldon.protos.Meta.TagsEntry'])(
  'the file of %s comes with all that it imports',
  (symbol) => {
    expect(files({ file_containing_symbol: symbol }).map(({ name }) => name)).toEqual([
      'prediction.proto',
      'google/protobuf/any.proto',
      'google/protobuf/empty.proto',
      'google/protobuf/struct.proto',
      'tensor.proto',
    ]);
  },
);

test('a file has fields, maps, oneofs, enums and methods as protoc writes them', () => {
  const [file] = files({ file_by_filename: 'prediction.proto' });
  const message = (name: string) => file?.messageType?.find((each: { name: string }) => each.name === name);
  expect(message('Meta').field.find(({ name }: { name: string }) => name === 'tags')).toMatchObject({
    number: 2,
    label: 3,
    type: 11,
    typeName: '.seldon.protos.Meta.TagsEntry',
  });
  expect(message('Meta').nestedType[0]).toMatchObject({ name: 'TagsEntry', options: { mapEntry: true } });
  expect(message('SeldonMessage').oneofDecl).toMatchObject([{ name: 'data_oneof' }]);
  expect(message('SeldonMessage').field.find(({ name }: { name: string }) => name === 'strData').oneofIndex).toBe(0);
  expect(message('Status').enumType[0].value).toMatchObject([{ name: 'SUCCESS', number: 0 }, { name: 'FAILURE', number: 1 }]); // prettier-ignore
  const [oip] = files({ file_by_filename: 'open_inference.proto' });
  expect(oip?.service?.[0].method.find(({ name }: { name: string }) => name === 'ModelStreamInfer')).toMatchObject({
    inputType: '.inference.ModelInferRequest',
    clientStreaming: true,
    serverStreaming: true,
  });
});

test('version v1alpha has its own file', () => {
  expect(files({ file_containing_symbol: 'grpc.reflection.v1alpha.ServerReflection' })[0]?.package).toBe('grpc.reflection.v1alpha');
});

test('what there is not is said to be so', () => {
  expect(ask({ file_containing_symbol: 'no.such' }).error_response).toMatchObject({
    error_code: 5,
    error_message: expect.stringContaining('no.such'),
  });
  expect(ask({ file_by_filename: 'constructor' }).error_response).toMatchObject({ error_code: 5 });
  expect(ask({ all_extension_numbers_of_type: 'seldon.protos.Meta' }).all_extension_numbers_response?.extension_number).toHaveLength(0);
  expect(ask({ file_containing_extension: { containing_type: 'a.B', extension_number: 1 } }).error_response).toMatchObject({
    error_code: 5,
  });
  expect(ask({}).error_response).toMatchObject({ error_code: 12 });
});
