export { conformance } from './conformance.ts';
export type { ConformanceOptions, Start, Target } from './target.ts';
