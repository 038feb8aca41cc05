/** What the model took and gave when this file was made. `size` is the number of elements a row, 0 where the model leaves it open. */
export const contract = {
  url: 'http://localhost:8000',
  model: 'example',
  inputs: {
    x: { datatype: 'FP32', shape: [-1, 2], size: 2 },
    when: { datatype: 'INT64', shape: [-1], size: 1 },
    half: { datatype: 'FP16', shape: [-1, -1], size: 0 },
    words: { datatype: 'BYTES', shape: [3], size: 3 },
    flags: { datatype: 'BOOL', shape: [-1, 2, 2], size: 4 },
  },
  outputs: {
    probabilities: { datatype: 'FP64', shape: [-1, 2], size: 2, columns: ['no', 'yes'] },
  },
} as const;
