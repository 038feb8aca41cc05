import type { Tensor } from '@tensorflow/tfjs-core';
import { library } from '../library.ts';

/** The tensors in what a function answers, and how it is put together of them. */
export type Structure = { readonly tensors: readonly Tensor[]; build(tensors: readonly Tensor[]): unknown };

/** @throws TypeError for what is neither a tensor, nor an array or a plain object of such, nor nothing */
export function structureOf(value: unknown): Structure {
  if (value === undefined || value === null) return { tensors: [], build: () => value };
  if (value instanceof library.Tensor) return { tensors: [value], build: ([tensor]) => tensor };
  if (Array.isArray(value)) return joined(value.map(structureOf), (parts) => parts);
  if (Object.getPrototypeOf(value) === Object.prototype) {
    const keys = Object.keys(value);
    return joined(Object.values(value as object).map(structureOf), (parts) => Object.fromEntries(keys.map((key, at) => [key, parts[at]])));
  }
  const what = typeof value === 'object' ? `a ${value.constructor.name}` : `${typeof value} ${String(value)}`;
  throw new TypeError(`a traced function answers tensors, or arrays or objects of tensors, and not ${what}`);
}

function joined(parts: readonly Structure[], put: (values: unknown[]) => unknown): Structure {
  return {
    tensors: parts.flatMap(({ tensors }) => tensors),
    build(tensors) {
      let at = 0;
      return put(parts.map((part) => part.build(tensors.slice(at, (at += part.tensors.length)))));
    },
  };
}
