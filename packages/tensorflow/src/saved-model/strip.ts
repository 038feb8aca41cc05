import { bytes as field, message } from '../trace/protobuf.ts';
import { allOf, fieldsOf, lastOf, stringOf, textOf, type Field } from '../wire.ts';

const what = 'saved_model.pb';

/**
 * A `saved_model.pb` without operations of some kinds: those that answer nothing, and only spare TensorFlow work. Everything else stays as
 * it was, byte for byte. Source: as `parseSavedModel`.
 */
export function stripOperations(savedModel: Uint8Array, operations: ReadonlySet<string>): Uint8Array {
  return each(savedModel, 2, (metaGraph) =>
    each(metaGraph, 2, (graph) =>
      stripped(
        each(graph, 2, (library) => each(library, 1, (definition) => stripped(definition, 3, operations))),
        1,
        operations,
      ),
    ),
  );
}

/** The message with each message within of that number changed. */
function each(bytes: Uint8Array, number: number, change: (within: Uint8Array) => Uint8Array): Uint8Array {
  return message(...fieldsOf(bytes, what).map((one) => (one.number === number ? field(number, change(one.bytes)) : one.raw)));
}

/** Of a graph or function, its nodes but those; and the nodes that wait for them no longer do. */
function stripped(scope: Uint8Array, nodes: number, operations: ReadonlySet<string>): Uint8Array {
  const gone = new Set<string>();
  for (const node of allOf(fieldsOf(scope, what), nodes)) {
    const fields = fieldsOf(node, what);
    if (operations.has(stringOf(fields, 2))) gone.add(`^${stringOf(fields, 1)}`);
  }
  if (gone.size === 0) return scope;
  const waits = ({ number, bytes }: Field): boolean => number === 3 && gone.has(textOf(bytes));
  const kept = fieldsOf(scope, what).flatMap((one) => {
    if (one.number !== nodes) return [one.raw];
    const fields = fieldsOf(one.bytes, what);
    if (gone.has(`^${textOf(lastOf(fields, 1)?.bytes ?? new Uint8Array())}`)) return [];
    return [fields.some(waits) ? field(nodes, message(...fields.filter((each) => !waits(each)).map(({ raw }) => raw))) : one.raw];
  });
  return message(...kept);
}
