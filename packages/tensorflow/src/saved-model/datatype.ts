import type { Datatype } from '@switchyard/protocol';

/** TensorFlow's numbers of the datatypes that go into a SavedModel and come out. Source: types.proto of TensorFlow. */
export const typeNumbers = {
  FP32: 1,
  FP64: 2,
  INT32: 3,
  UINT8: 4,
  INT8: 6,
  BYTES: 7,
  INT64: 9,
  BOOL: 10,
} as const satisfies Partial<Record<Datatype, number>>;

export type GraphDatatype = keyof typeof typeNumbers;

const names = new Map(Object.entries(typeNumbers).map(([name, number]) => [number as number, name as GraphDatatype]));

export const datatypeOf = (type: number): GraphDatatype | undefined => names.get(type);

export const isGraphDatatype = (datatype: Datatype): datatype is GraphDatatype => Object.hasOwn(typeNumbers, datatype);
