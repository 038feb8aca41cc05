/** The models of the contest: what tf-trainer is told, and how many steps the accuracy is taken after. */
export const kinds = {
  softmax: { flags: ['--preset', 'softmax'], batch: 100, steps: 6000, quick: 1500 },
  mlp: {
    flags: ['--preset', 'mlp', '--hidden-units', '512', '--batch-size', '128', '--learning-rate', '0.001'],
    batch: 128,
    steps: 3 * 469,
    quick: 300,
  },
  cnn: { flags: ['--preset', 'cnn'], batch: 128, steps: 2 * 469, quick: 60 },
} as const;

export type Kind = keyof typeof kinds;
