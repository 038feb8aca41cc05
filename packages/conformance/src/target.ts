/** A running server that is held to the promises. It must answer the same row the same way each time. */
export type Target = {
  /** `http://127.0.0.1:9000`, without a slash at its end. */
  readonly http: string;
  /** `127.0.0.1:5000` */
  readonly grpc: string;
  /** The name by which the Open Inference Protocol addresses it. */
  readonly model: string;
  /** A valid row: `width` numbers, each exact as a float32. */
  readonly row: readonly number[];
  readonly width: number;
  /** Columns of the answer. */
  readonly classes: number;
  /** The values that the input takes, if it is limited. */
  readonly range?: { readonly min: number; readonly max: number };
  /** A value outside the range. */
  readonly badValue?: number;
  /** Stops it in order, as SIGTERM does: drains, then ends. */
  stop(): Promise<void>;
};

export type Start = () => Promise<Target>;

export type ConformanceOptions = {
  /** A router answers Seldon's external API; a model the internal API as well, and it has metadata of its own. Default `model`. */
  readonly kind?: 'model' | 'router';
};

/** What the groups of tests share: the target is there once the tests run. */
export type Subject = { readonly target: Target; readonly start: Start; readonly kind: 'model' | 'router' };
