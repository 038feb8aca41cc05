export { deploymentLabel, managedBy, predictorLabel, roleLabel } from './labels.ts';
export { objectName } from './names.ts';
export { renderOptions, type RenderOptions, type RenderOptionsInput } from './options.ts';
export { routerName } from './plan.ts';
export { render } from './render.ts';
export { specHash } from './spec-hash.ts';
