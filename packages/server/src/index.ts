export type { Model, ModelLoader } from './model.ts';
export type { NotReady, Predictor } from './predictor.ts';
