import { z } from 'zod';

/** One field of a component's configuration: one schema, from which flag, environment variable, help and check all come. */
export type Setting<T> = {
  readonly schema: z.ZodType<T>;
  /** One paragraph for an operator: what it is and what it trades. */
  readonly help: string;
  /** Further environment variables that are read, after `SWITCHYARD_<NAME>`: names that others have made a convention. */
  readonly env: readonly string[];
  /** Never printed. */
  readonly secret: boolean;
};

export type Settings = Readonly<Record<string, Setting<unknown>>>;
export type Values<S extends Settings> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

/**
 * @example
 *     const settings = {
 *       httpPort: setting(port.default(9000), 'Port of REST. 0 takes any free one.', { env: ['PREDICTIVE_UNIT_HTTP_SERVICE_PORT'] }),
 *     };
 *     const { httpPort } = readSettings('rf-runtime', settings);   // --http-port, SWITCHYARD_HTTP_PORT, …
 */
export function setting<T>(schema: z.ZodType<T>, help: string, options: { env?: readonly string[]; secret?: boolean } = {}): Setting<T> {
  return { schema, help, env: options.env ?? [], secret: options.secret ?? false };
}

/** A whole number as flags and variables have it. */
export const integer = z.coerce.number().pipe(z.int());
export const port = integer.pipe(z.int().min(0).max(65535));
export const number = z.coerce.number().pipe(z.number());

const words: Record<string, boolean> = {
  true: true,
  '1': true,
  yes: true,
  on: true,
  '': true,
  false: false,
  '0': false,
  no: false,
  off: false,
};

/** `"0"`, `"false"`, `"no"` and `"off"` are false, unlike what a language's own truth of strings says. */
export const boolean = z.union([
  z.boolean(),
  z.string().transform((word, context) => {
    const value = words[word.toLowerCase()];
    if (value === undefined) context.addIssue({ code: 'custom', message: `"${word}" is neither true nor false` });
    return value ?? false;
  }),
]);
