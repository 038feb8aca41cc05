/** The node that is being split: its entries, how often they were drawn in all, and what the searches start from. */
export type NodeTotals = {
  count: number;
  drawn: number;
  /** The sum of its weights. */
  weight: number;
  /** Of its class weights, the sum of the criterion's terms, as squares; or the sum of its weighted targets. */
  terms: number;
  /** Of its classes, the heaviest; the first of equals. */
  heaviest: number;
};

/** Best cut so far, in cells 0 (score) and 1 (the highest bin that goes left): an array, since it is written in hot loops. */
export type BestCut = Float64Array;

/** Takes a cell's bytes as `map` says, and answers whether it found a cut better than `best`, and put it there. */
export type ColumnSearch = (cells: Uint8Array, base: number, map: Uint8Array) => boolean;

/** What a criterion adds up over classes: squares of weights, or w ln w. */
export type Term = (weight: number) => number;
export const square: Term = (weight) => weight * weight;
export const timesLog: Term = (weight) => (weight > 0 ? weight * Math.log(weight) : 0);

/** An entry is one row of the node in 32 bits: value << 24 | class << 8 | how often it was drawn. */
export const packEntry = (value: number, label: number, drawn: number): number => (value << 24) | (label << 8) | drawn;
export const labelOf = (entry: number): number => (entry >>> 8) & 0xffff;
export const drawnOf = (entry: number): number => entry & 0xff;
