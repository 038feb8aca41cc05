/** A container of a predictor's pods, as far as its graph needs it. */
export type Container = {
  readonly name: string;
  readonly image: string;
  /** Variables with a literal value; those from secrets, config maps and fields are not here. */
  readonly env: Readonly<Record<string, string>>;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
};

/** A volume in Kubernetes' own form: `{ name, persistentVolumeClaim: { claimName } }`. */
export type Volume = { readonly name: string } & Readonly<Record<string, unknown>>;
