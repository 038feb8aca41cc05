/**
 * Descriptors of .proto files as protoc makes them: a serialized google.protobuf.FileDescriptorProto a file, with the files that it imports
 * and the names that it defines. protobufjs has such an extension, but that leaves out imports and misnames the entries of maps.
 */
import protobuf from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor.js';

const { FileDescriptorProto } = descriptor;
const camelCase = (name) => name.replace(/_+([A-Za-z0-9])/g, (_, letter) => letter.toUpperCase()).replace(/_+$/, '');
const label = (repeated) => (repeated ? 'LABEL_REPEATED' : 'LABEL_OPTIONAL');

function typeOf({ type, resolvedType }) {
  if (!resolvedType) return { type: `TYPE_${type.toUpperCase()}` };
  return { type: resolvedType instanceof protobuf.Enum ? 'TYPE_ENUM' : 'TYPE_MESSAGE', typeName: resolvedType.fullName };
}

const entryName = (field) => `${camelCase(`_${field.name}`).replace(/^./, (letter) => letter.toUpperCase())}Entry`;

function fieldOf(field) {
  const { name, id: number, parent, partOf } = field;
  const type = field.map ? { type: 'TYPE_MESSAGE', typeName: `${parent.fullName}.${entryName(field)}` } : typeOf(field);
  const oneof = partOf ? { oneofIndex: parent.oneofsArray.indexOf(partOf) } : {};
  return { name, number, label: label(field.repeated || field.map), jsonName: camelCase(name), ...type, ...oneof };
}

/** A map is a list of messages of key and value. */
function entryOf(field) {
  const key = { name: 'key', number: 1, label: label(false), jsonName: 'key', type: `TYPE_${field.keyType.toUpperCase()}` };
  const value = { name: 'value', number: 2, label: label(false), jsonName: 'value', ...typeOf(field) };
  return { name: entryName(field), field: [key, value], options: { mapEntry: true } };
}

function messageOf(type) {
  const nested = type.nestedArray.filter((each) => each instanceof protobuf.Type);
  const maps = type.fieldsArray.filter(({ map }) => map);
  return {
    name: type.name,
    field: type.fieldsArray.map(fieldOf),
    nestedType: [...nested.map(messageOf), ...maps.map(entryOf)],
    enumType: type.nestedArray.filter((each) => each instanceof protobuf.Enum).map(enumOf),
    oneofDecl: type.oneofsArray.map(({ name }) => ({ name })),
  };
}

function enumOf({ name, values }) {
  return { name, value: Object.entries(values).map(([name, number]) => ({ name, number })) };
}

function serviceOf({ name, methodsArray }) {
  const method = methodsArray.map(({ name, resolvedRequestType, resolvedResponseType, requestStream, responseStream }) => ({
    name,
    inputType: resolvedRequestType.fullName,
    outputType: resolvedResponseType.fullName,
    clientStreaming: Boolean(requestStream),
    serverStreaming: Boolean(responseStream),
  }));
  return { name, method };
}

const isNamespace = (each) => each instanceof protobuf.Namespace && !(each instanceof protobuf.Type) && !(each instanceof protobuf.Service);
const topLevel = (namespace) => namespace.nestedArray.flatMap((each) => (isNamespace(each) ? topLevel(each) : [each]));

/** The files that what is defined here refers to. */
function referencesOf(each) {
  if (each instanceof protobuf.Service) {
    return each.methodsArray.flatMap(({ resolvedRequestType, resolvedResponseType }) => [resolvedRequestType, resolvedResponseType]);
  }
  if (!(each instanceof protobuf.Type)) return [];
  return [...each.fieldsArray.map(({ resolvedType }) => resolvedType ?? each), ...each.nestedArray.flatMap(referencesOf)];
}

/** Google's own types, which protobufjs knows without their files: Any and Empty have a file each. */
const wellKnown = { Struct: 'struct', Value: 'struct', ListValue: 'struct', NullValue: 'struct' };

/** Every file of a resolved root, by its name. `nameOf` gives the name by which a file is imported. */
export function descriptorsOf(root, nameOf) {
  const fileOf = ({ filename, name }) =>
    filename === null ? `google/protobuf/${wellKnown[name] ?? name.toLowerCase()}.proto` : nameOf(filename);
  const files = Map.groupBy(topLevel(root), fileOf);
  const entries = [...files].map(([name, all]) => {
    const of = (kind) => all.filter((each) => each instanceof kind);
    const imported = all.flatMap(referencesOf).map(fileOf);
    const dependency = [...new Set(imported)].filter((each) => each !== name).toSorted();
    const file = {
      name,
      package: all[0].parent.fullName.slice(1),
      dependency,
      messageType: of(protobuf.Type).map(messageOf),
      enumType: of(protobuf.Enum).map(enumOf),
      service: of(protobuf.Service).map(serviceOf),
      syntax: 'proto3',
    };
    const bytes = FileDescriptorProto.encode(FileDescriptorProto.fromObject(file)).finish();
    return [
      name,
      { imports: dependency, symbols: all.map(({ fullName }) => fullName.slice(1)), base64: Buffer.from(bytes).toString('base64') },
    ];
  });
  return Object.fromEntries(entries.toSorted());
}
