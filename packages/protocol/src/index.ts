export * from './call.ts';
export * from './error.ts';
export * from './signature.ts';
export * from './tensor.ts';
