/** What kernels need of the global `WebAssembly`, which Node's types do not know. */
declare namespace WebAssembly {
  /** Compiled: to be posted to threads, and instantiated. */
  class Module {
    readonly [Symbol.toStringTag]: string;
    constructor(bytes: Uint8Array);
  }
  class Instance<Exports> {
    readonly exports: Exports;
    constructor(module: Module, imports: object);
  }
  type SharedMemory = { readonly buffer: SharedArrayBuffer };
  const Memory: {
    new (size: { readonly initial: number; readonly maximum: number; readonly shared: true }): SharedMemory;
    new (size: { readonly initial: number; readonly maximum: number }): { readonly buffer: ArrayBuffer };
  };
}
