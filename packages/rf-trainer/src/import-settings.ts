import { integer, setting } from '@switchyard/config';
import { importedSettings, nameList } from '@switchyard/training';
import * as z from 'zod';

/** What `rf-trainer import` can be told. */
export const importSettings = {
  file: setting(
    z.string().min(1),
    'The model: ONNX of trees (of XGBoost, LightGBM, scikit-learn), the JSON of ml-random-forest, or the JSON that examples/forest/export_forest.py writes of a scikit-learn forest.',
  ),
  ...importedSettings,
  columns: setting(
    integer.pipe(z.int().min(1)).optional(),
    'Columns of a row. Of ml-random-forest, whose JSON does not say it: as many as are split unless more are given.',
  ),
  columnNames: setting(nameList.optional(), 'Names of the columns in their order, with commas between.'),
  classNames: setting(
    nameList.optional(),
    'Names of the classes in their order, with commas between; else those of the file, else their numbers.',
  ),
};
