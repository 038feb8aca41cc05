import * as z from 'zod';
import { number, setting } from '@switchyard/config';
import { trainingSettings } from './settings.ts';

/** Words with commas between. */
export const nameList = z.string().transform((text) => text.split(',').map((each) => each.trim()));

const range = z.string().transform((text, context): { min: number; max: number } => {
  const [min = NaN, max = NaN, ...more] = text.split('..').map((each) => (each.trim() === '' ? NaN : Number(each)));
  if (!(min <= max) || more.length > 0) context.addIssue({ code: 'custom', message: 'it is the least and the greatest value: 0..1' });
  return { min, max };
});

/** What every trainer can be told of a model that was made elsewhere; it adds where that is, and what only it knows. */
export const importedSettings = {
  name: setting(z.string().min(1), 'The name under which the model is published.'),
  store: trainingSettings('').store,
  range: setting(range.optional(), 'The values that clients send, such as 0..1; any finite number unless given.'),
  missing: setting(
    z.enum(['refuse', 'accept']).default('refuse'),
    'Whether clients may send NaN. "accept" is for models that have learned where missing values go, as those of XGBoost and LightGBM always have; any other sends them somewhere.',
  ),
  scale: setting(
    number.default(1),
    'What makes of a client’s value the one that the model was trained on: value × scale + offset. Pixels of 0..1 become those of 0..255 by 255.',
  ),
  offset: setting(number.default(0), 'As scale.'),
};

/** Whether a trainer was called as `import MODEL …`. The model becomes the value of `--<flag>`, where it was not given so already. */
export function takeImport(flag: string): boolean {
  const [, , command, first] = process.argv;
  if (command !== 'import') return false;
  if (first === undefined || first.startsWith('-')) process.argv.splice(2, 1);
  else process.argv.splice(2, 2, `--${flag}=${first}`);
  return true;
}
