/** What the kernels need of the global `WebAssembly`, which Node's types do not know. */
type WebAssemblyApi = {
  readonly Module: new (bytes: Uint8Array) => CompiledModule;
  readonly Instance: new (module: CompiledModule, imports: object) => { readonly exports: Readonly<Record<string, unknown>> };
  readonly Memory: {
    new (size: { readonly initial: number; readonly maximum: number; readonly shared: true }): SharedMemory;
    new (size: { readonly initial: number; readonly maximum: number }): { readonly buffer: ArrayBuffer };
  };
};

/** A `WebAssembly.Module`: to be posted to threads, and instantiated. */
export type CompiledModule = { readonly [Symbol.toStringTag]: string };

export type SharedMemory = { readonly buffer: SharedArrayBuffer };

export const webAssembly = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }).WebAssembly;
