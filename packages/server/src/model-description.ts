import { UserError } from '@switchyard/config';
import type { Description } from '@switchyard/protocol';
import { parse } from 'yaml';
import * as z from 'zod';

const plain = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const message = z.strictObject({
  messagetype: z.string().optional(),
  schema: z.unknown().optional(),
  name: z.string().optional(),
  datatype: z.string().optional(),
  shape: z.array(z.int()).optional(),
});
const description = z.strictObject({
  name: z.string().optional(),
  versions: z.array(plain).optional(),
  platform: z.string().optional(),
  inputs: z.array(message).optional(),
  outputs: z.array(message).optional(),
  custom: z.record(z.string(), plain).optional(),
});

/**
 * What Seldon's `MODEL_METADATA` says, YAML or JSON.
 *
 *     name: digits
 *     versions: [v7]
 *     inputs: [{ messagetype: tensor, schema: { names: [pixels], shape: [784] } }]
 *
 * @throws UserError that names the member that does not fit
 */
export function readDescription(text: string): Description {
  let value: unknown;
  try {
    value = parse(text);
  } catch (cause) {
    throw new UserError(`--model-metadata (MODEL_METADATA) is not YAML: ${(cause as Error).message}`, { cause });
  }
  const { success, data, error } = description.safeParse(value);
  if (success) return data;
  const problems = error.issues.map(({ path, message }) => `${path.length > 0 ? `${path.join('.')}: ` : ''}${message}`);
  throw new UserError(`--model-metadata (MODEL_METADATA) does not describe a model: ${problems.join('; ')}`);
}
