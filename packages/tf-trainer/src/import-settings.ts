import { z } from 'zod';
import { number, setting } from '@switchyard/config';
import { trainingSettings } from '@switchyard/training';

const list = z.string().transform((text) => text.split(',').map((each) => each.trim()));

const range = z.string().transform((text, context): { min: number; max: number } => {
  const [min = NaN, max = NaN, ...more] = text.split('..').map((each) => (each.trim() === '' ? NaN : Number(each)));
  if (!(min <= max) || more.length > 0) context.addIssue({ code: 'custom', message: 'it is the least and the greatest value: 0..1' });
  return { min, max };
});

const { name: _, store } = trainingSettings('');

/** What `tf-trainer import` can be told. */
export const importSettings = {
  from: setting(
    z.string().min(1),
    'The model: the folder of a SavedModel, or the model.json of TensorFlow.js (layers or graph) with its weights beside it.',
  ),
  name: setting(z.string().min(1), 'The name under which the model is published.'),
  store,
  signature: setting(
    z.string().min(1).default('serving_default'),
    'Of a SavedModel, the signature that is served. There may be several in one; each is an artifact of its own.',
  ),
  classNames: setting(list.optional(), 'Names of the classes in their order, with commas between: of the output that has as many columns.'),
  columnNames: setting(list.optional(), 'Names of the columns of the input in their order, with commas between.'),
  range: setting(range.optional(), 'The values that clients send, such as 0..1; any finite number unless given.'),
  scale: setting(
    number.default(1),
    'What makes of a client’s value the one that the model was trained on: value × scale + offset. Pixels of 0..1 become those of 0..255 by 255.',
  ),
  offset: setting(number.default(0), 'As scale.'),
};
