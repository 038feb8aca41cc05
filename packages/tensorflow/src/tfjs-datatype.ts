import type { Datatype } from '@switchyard/protocol';

const dtypes = { FP32: 'float32', INT32: 'int32', BOOL: 'bool' } as const satisfies Partial<Record<Datatype, string>>;

/** The datatypes that tensors of TensorFlow.js have and that are served. */
export type TfjsDatatype = keyof typeof dtypes;

const datatypes = new Map(Object.entries(dtypes).map(([datatype, dtype]) => [dtype as string, datatype as TfjsDatatype]));

/** The datatype that TensorFlow.js calls so; `undefined` of one that is not served, such as `complex64`. */
export const datatypeOfTfjs = (dtype: string): TfjsDatatype | undefined => datatypes.get(dtype);

/** What TensorFlow.js calls a datatype, which must be one that it has. */
export const tfjsDtypeOf = (datatype: Datatype): (typeof dtypes)[TfjsDatatype] => dtypes[datatype as TfjsDatatype];
