import { type Feedback, type Message, rowCount } from '@switchyard/protocol';

/** How many answers a feedback is for: the rows of its request, else of its response, else one. */
export function feedbackRows({ request, response }: Feedback): number {
  return rowsOf(request) ?? rowsOf(response) ?? 1;
}

function rowsOf(message: Message | undefined): number | undefined {
  if (message?.payload.kind !== 'tensors') return undefined;
  const [tensor] = message.payload.tensors;
  if (tensor === undefined) return undefined;
  return tensor.shape.length < 2 ? 1 : rowCount(tensor) || undefined; // a vector is one row
}
