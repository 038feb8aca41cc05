/** TensorFlow cannot do what was asked: a backend that is not there, or a model that cannot be read. Its message is for the user. */
export class TensorFlowError extends Error {
  override readonly name = 'TensorFlowError';
}
