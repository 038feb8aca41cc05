import { integer, number, setting } from '@switchyard/config';
import { trainingSettings } from '@switchyard/training';
import { z } from 'zod';

const list = z.string().transform((text) => text.split(',').map((each) => each.trim()));

const range = z.string().transform((text, context): { min: number; max: number } => {
  const [min = NaN, max = NaN, ...more] = text.split('..').map((each) => (each.trim() === '' ? NaN : Number(each)));
  if (!(min <= max) || more.length > 0) context.addIssue({ code: 'custom', message: 'it is the least and the greatest value: 0..1' });
  return { min, max };
});

const { name: _, store } = trainingSettings('');

/** What `rf-trainer import` can be told. */
export const importSettings = {
  file: setting(
    z.string().min(1),
    'The model: ONNX of trees (of XGBoost, LightGBM, scikit-learn), the JSON of ml-random-forest, or the JSON that examples/forest/export_forest.py writes of a scikit-learn forest.',
  ),
  name: setting(z.string().min(1), 'The name under which the model is published.'),
  store,
  columns: setting(
    integer.pipe(z.int().min(1)).optional(),
    'Columns of a row. Of ml-random-forest, whose JSON does not say it: as many as are split unless more are given.',
  ),
  columnNames: setting(list.optional(), 'Names of the columns in their order, with commas between.'),
  classNames: setting(
    list.optional(),
    'Names of the classes in their order, with commas between; else those of the file, else their numbers.',
  ),
  missing: setting(
    z.enum(['refuse', 'accept']).default('refuse'),
    'Whether clients may send NaN. "accept" is for models that have learned where missing values go, as those of XGBoost and LightGBM always have; any other sends them somewhere.',
  ),
  range: setting(range.optional(), 'The values that clients send, such as 0..1; any finite number unless given.'),
  scale: setting(
    number.default(1),
    'What makes of a client’s value the one that the model was trained on: value × scale + offset. Pixels of 0..1 become those of 0..255 by 255.',
  ),
  offset: setting(number.default(0), 'As scale.'),
};
