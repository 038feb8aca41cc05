import type { Tensor, TensorData } from '@switchyard/protocol';
import type { Binding, NativeBackend, Output } from '../trace/native-backend.ts';
import { datatypeOf, typeNumbers, type GraphDatatype } from './datatype.ts';

/** How a datatype goes through the add-on, which has arrays of only some: as another one of the same bits, or of no fewer. */
const carriers: Partial<Record<GraphDatatype, { carrier: GraphDatatype; in: 'Bitcast'; out: 'Bitcast' | 'Cast'; back: GraphDatatype }>> = {
  FP64: { carrier: 'INT64', in: 'Bitcast', out: 'Bitcast', back: 'INT64' },
  INT8: { carrier: 'UINT8', in: 'Bitcast', out: 'Cast', back: 'INT32' },
  UINT8: { carrier: 'UINT8', in: 'Bitcast', out: 'Cast', back: 'INT32' },
};

/** Gives TensorFlow the values of a tensor, and answers the add-on's number of it, which is to be deleted. */
export function giveValues({ binding }: NativeBackend, { datatype, shape, data }: Tensor): number {
  const type = datatype as GraphDatatype;
  const carrier = carriers[type]?.carrier ?? type;
  const id = binding.createTensor([...shape], typeNumbers[carrier], arrayFor(carrier, data));
  return carrier === type ? id : change(binding, 'Bitcast', id, carrier, type).id;
}

/** The add-on takes an int64 as two int32, and bytes without a sign only. */
function arrayFor(carrier: GraphDatatype, data: TensorData): ArrayBufferView | readonly Uint8Array[] {
  if (!ArrayBuffer.isView(data)) return data;
  if (carrier === 'INT64') return new Int32Array(data.buffer, data.byteOffset, data.byteLength / 4);
  return carrier === 'UINT8' ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : data;
}

/** The values of an output, which is deleted. */
export function takeValues({ binding }: NativeBackend, output: Output): Omit<Tensor, 'name'> {
  const { shape } = output;
  const datatype = datatypeOf(output.dtype) as GraphDatatype;
  const carried = carriers[datatype];
  const held = carried ? change(binding, carried.out, output.id, datatype, carried.back) : output;
  const values = binding.tensorDataSync(held.id);
  binding.deleteTensor(held.id);
  return { datatype, shape, data: carried ? narrowed(datatype, values as ArrayBufferView) : (values as TensorData) };
}

function narrowed(datatype: GraphDatatype, values: ArrayBufferView): TensorData {
  if (datatype === 'FP64') return new Float64Array(values.buffer, values.byteOffset, values.byteLength / 8);
  return (datatype === 'INT8' ? Int8Array : Uint8Array).from(values as Int32Array);
}

/** Another tensor of the same values or bits, in place of the given one. */
function change(binding: Binding, operation: 'Bitcast' | 'Cast', id: number, from: GraphDatatype, to: GraphDatatype): Output {
  const [source, target] = operation === 'Cast' ? ['SrcT', 'DstT'] : ['T', 'type'];
  const attributes = [
    { name: source, type: binding.TF_ATTR_TYPE as number, value: typeNumbers[from] },
    { name: target, type: binding.TF_ATTR_TYPE as number, value: typeNumbers[to] },
  ];
  const [changed] = binding.executeOp(operation, attributes, [id], 1);
  binding.deleteTensor(id);
  return changed as Output;
}
