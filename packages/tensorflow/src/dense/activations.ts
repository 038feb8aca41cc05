/** What a layer makes of the sums of one row, in their place: those `units` from `at` on. */
export type Activation = (values: Float32Array, at: number, units: number) => void;

/** By the names that TensorFlow.js gives them. */
export const activations: Readonly<Record<string, Activation>> = {
  linear() {},
  relu: eachBy((value) => (value < 0 ? 0 : value)), // NaN stays what it is
  sigmoid: eachBy((value) => 1 / (1 + Math.exp(-value))),
  tanh: eachBy(Math.tanh),
  softmax(values, at, units) {
    let most = -Infinity;
    for (let index = at; index < at + units; index++) most = Math.max(most, values[index] as number);
    let sum = 0;
    for (let index = at; index < at + units; index++) sum += values[index] = Math.exp((values[index] as number) - most);
    for (let index = at; index < at + units; index++) values[index] = (values[index] as number) / sum;
  },
};

function eachBy(of: (value: number) => number): Activation {
  return (values, at, units) => {
    for (let index = at; index < at + units; index++) values[index] = of(values[index] as number);
  };
}
