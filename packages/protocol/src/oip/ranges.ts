import type { Datatype } from '../tensor.ts';

type Range = { readonly min: number; readonly max: number };

/** What the integer datatypes of up to 32 bits hold. */
export const integerRanges: Partial<Record<Datatype, Range>> = {
  UINT8: { min: 0, max: 255 },
  UINT16: { min: 0, max: 65_535 },
  UINT32: { min: 0, max: 4_294_967_295 },
  INT8: { min: -128, max: 127 },
  INT16: { min: -32_768, max: 32_767 },
  INT32: { min: -2_147_483_648, max: 2_147_483_647 },
};

/** What an integer of 64 bits holds. */
export function fits64(value: bigint, unsigned: boolean): boolean {
  return (unsigned ? BigInt.asUintN(64, value) : BigInt.asIntN(64, value)) === value;
}
