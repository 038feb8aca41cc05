/** The extensions of the Open Inference Protocol that a server answers, as its metadata names them. */
export const extensions = (repository: boolean): readonly string[] => [
  'binary_tensor_data',
  ...(repository ? ['model_repository'] : []),
  'statistics',
];
