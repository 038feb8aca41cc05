import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UserError } from '@switchyard/config';
import type { LayersModel, Library } from '@switchyard/tensorflow';
import type { ModelFunction, ModelSignature, ModelTools } from './model-function.ts';

/** What a file given as `--model` builds. */
export type UserModel = (signature: ModelSignature, tools: ModelTools) => LayersModel;

/**
 * Loads a model function out of a file of TypeScript or JavaScript.
 * @throws UserError naming the file and what is wrong with it: not there, does not load, exports no function.
 */
export async function loadUserModel(file: string, tf: Library): Promise<UserModel> {
  const path = resolve(file);
  if (!existsSync(path)) throw new UserError(`--model ${file}: there is no such file`);
  const known = layerClasses(tf);
  const module = (await import(pathToFileURL(path).href).catch((error: unknown) => {
    throw new UserError(`${file}: does not load: ${told(error, path)}`, { cause: error });
  })) as { default?: unknown };
  const build = module.default;
  if (typeof build !== 'function')
    throw new UserError(
      `${file}: its default export is ${build === undefined ? 'missing' : `a ${typeof build}`}; a function that gives a model is wanted`,
    );
  return (signature, tools) => {
    let model: unknown;
    try {
      model = (build as ModelFunction)(signature, tools);
    } catch (error) {
      throw new UserError(`${file}: its function fails: ${told(error, path)}`, { cause: error });
    }
    return checked(model, known, file, tf);
  };
}

/** An error's message, and where in the file it came up, if that can be seen. */
function told(error: unknown, path: string): string {
  if (!(error instanceof Error)) return String(error);
  const at = (error.stack ?? '').split('\n').find((line) => line.includes(path));
  const place = at && /:(\d+)(?::\d+)?\)?$/.exec(at)?.[1];
  return `${error.message.split('\n', 1)[0]}${place ? ` (line ${place})` : ''}`;
}

function checked(model: unknown, known: ReadonlySet<string>, file: string, tf: Library): LayersModel {
  if (model instanceof Promise) throw new UserError(`${file}: its function gives a promise; it must give the model itself`);
  if (!(model instanceof tf.LayersModel)) {
    const foreign = typeof (model as { predict?: unknown } | null | undefined)?.predict === 'function';
    throw new UserError(
      foreign
        ? `${file}: its model is of another copy of TensorFlow.js; build it with the "tf" that the function is given`
        : `${file}: its function gives ${model === undefined ? 'nothing' : `a ${typeof model}`}; a LayersModel is wanted, as of tf.sequential or tf.model`,
    );
  }
  if (!model.outputs?.length) throw new UserError(`${file}: its model has no layer, or its first layer no inputShape`);
  for (const layer of allLayers(model)) {
    if (!known.has(layer.getClassName()))
      throw new UserError(
        `${file}: layer "${layer.name}" is a ${layer.getClassName()}, which is no layer of TensorFlow.js: no runtime could load it`,
      );
  }
  return model;
}

function allLayers(model: LayersModel): LayersModel['layers'] {
  return model.layers.flatMap((layer) => [layer, ...('layers' in layer ? allLayers(layer as LayersModel) : [])]);
}

/** The classes that a runtime knows: those that are there before the user's file is. */
function layerClasses(tf: Library): ReadonlySet<string> {
  const { classNameMap } = tf.serialization.SerializationMap.getMap();
  return new Set(Object.keys(classNameMap));
}
