import * as z from 'zod';
import { setting } from '@switchyard/config';
import { importedSettings, nameList } from '@switchyard/training';

/** What `tf-trainer import` can be told. */
export const importSettings = {
  from: setting(
    z.string().min(1),
    'The model: the folder of a SavedModel, a file of ONNX (*.onnx), or the model.json of TensorFlow.js (layers or graph) with its weights beside it.',
  ),
  ...importedSettings,
  signature: setting(
    z.string().min(1).default('serving_default'),
    'Of a SavedModel, the signature that is served. There may be several in one; each is an artifact of its own.',
  ),
  classNames: setting(
    nameList.optional(),
    'Names of the classes in their order, with commas between: of the output that has as many columns.',
  ),
  columnNames: setting(nameList.optional(), 'Names of the columns of the input in their order, with commas between.'),
};
