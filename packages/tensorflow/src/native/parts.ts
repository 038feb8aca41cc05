/** What the native library is made of on one platform. Digests are of what is downloaded, so that nothing else ever runs. */
export type Parts = {
  /** Where upstream keeps its own build, below its storage address; and the SHA-256 of that archive. */
  readonly upstream?: { readonly path: string; readonly sha256: string };
  /** A wheel of PyPI with the same library in it. The Python it names need not be there. */
  readonly wheel?: { readonly name: string; readonly version: string; readonly platform: string; readonly sha256: string };
};

/** A package of npm, held to the digest that npm states for it. */
export type NpmPackage = { readonly name: string; readonly version: string; readonly integrity: string };

/** TensorFlow.js for Node: its JavaScript, and the C++ of its add-on. */
export const tfjsNode: NpmPackage = {
  name: '@tensorflow/tfjs-node',
  version: '4.22.0',
  integrity: 'sha512-uHrXeUlfgkMxTZqHkESSV7zSdKdV0LlsBeblqkuKU9nnfxB1pC6DtoyYVaLxznzZy7WQSegjcohxxCjAf6Dc7w==',
};

/** The headers of Node's ABI-stable interface: one add-on serves Node 22, 24 and 26. */
export const nodeHeaders: NpmPackage = {
  name: 'node-api-headers',
  version: '1.9.0',
  integrity: 'sha512-2oNILP4jXwRB4ywnYKjVk1YyJ96n2D4EOVJO6S3oYZ5PtbJrw3Yt9TpAuX3nBLMuzn74rnfGQrv13pS9vC+YiA==',
};

/** What tfjs-node's backend writes summaries with. */
export const protobuf: NpmPackage = {
  name: 'google-protobuf',
  version: '3.21.4',
  integrity: 'sha512-MnG7N936zcKTco4Jd2PX2U96Kf9PxygAPKBug+74LHzmHXmceN16MmRcdgZv+DGef/S9YvQAfRsNCn4cjf9yyQ==',
};

/** By `${process.platform}-${process.arch}`. Elsewhere WebAssembly computes, unless somebody installed @tensorflow/tfjs-node by hand. */
export const partsOf: Readonly<Record<string, Parts>> = {
  'linux-x64': {
    upstream: {
      path: 'tensorflow/libtensorflow/libtensorflow-cpu-linux-x86_64-2.9.1.tar.gz',
      sha256: '7f510d2546e3db5e10b1d119463689003d587842892ad3c95bca51cf82820173',
    },
    wheel: {
      name: 'tensorflow-cpu',
      version: '2.15.1',
      platform: 'manylinux2014_x86_64',
      sha256: '54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26',
    },
  },
  'linux-arm64': {
    upstream: {
      path: 'tf-builds/libtensorflow_r2_7_linux_arm64.tar.gz',
      sha256: '9395d1ff39f5b6847f5121e679ff4e599dc7061a2a7f87ceac061c78e908e6e3',
    },
    wheel: {
      name: 'tensorflow-cpu-aws',
      version: '2.15.1',
      platform: 'manylinux2014_aarch64',
      sha256: 'd4c3a3a9363bf42999adedbbd514e3a133be2d62f61fee9cfa46aaefb087c09e',
    },
  },
  'darwin-x64': {
    upstream: {
      path: 'tensorflow/libtensorflow/libtensorflow-cpu-darwin-x86_64-2.9.1.tar.gz',
      sha256: '56f83d3320ba0f69aaafd6c058645e1b7fbc75fb9a3fc36d6be98de1291ca226',
    },
  },
  'darwin-arm64': {
    upstream: {
      path: 'tf-builds/libtensorflow_r2_7_darwin_arm64_cpu.tar.gz',
      sha256: '13ab22b97e2af06e431aaeb7b42fb89981965dd01aa16da035d8210aa4183d79',
    },
  },
};
