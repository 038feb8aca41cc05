import type { Binding } from '../trace/native-backend.ts';

/**
 * Which of these operations the linked TensorFlow does not have. The add-on cannot list them, but it looks an operation up before it takes
 * its inputs: one that it has is refused for an input that does not exist, and nothing is run.
 */
export function unknownOperations(binding: Binding, operations: Iterable<string>): string[] {
  return [...operations].filter((operation) => !isKnown(binding, operation)).toSorted();
}

const noTensor = -1;

function isKnown(binding: Binding, operation: string): boolean {
  try {
    binding.executeOp(operation, [], [noTensor], 0);
    return true;
  } catch (error) {
    return (error as Error).message.includes(`tensor_id: ${noTensor}`);
  }
}
