import * as z from 'zod';

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
 * States one setting. Its schema gets the text of a flag or variable, or `undefined` where there is none; so `.default(…)` makes
 * it one that need not be given, and `.optional()` one that may be absent.
 *
 * @example
 *     const settings = {
 *       httpPort: setting(port.default(9000), 'Port of REST. 0 takes any free one.', { env: ['PREDICTIVE_UNIT_HTTP_SERVICE_PORT'] }),
 *     };
 *     const { httpPort } = readSettings(settings);   // --http-port, SWITCHYARD_HTTP_PORT, …
 */
export function setting<T>(schema: z.ZodType<T>, help: string, options: { env?: readonly string[]; secret?: boolean } = {}): Setting<T> {
  return { schema, help, env: options.env ?? [], secret: options.secret ?? false };
}

/** Text that is a number becomes one; all else stays as it is, for the schema behind to judge: an empty text is not 0. */
const numeric = (value: unknown): unknown => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value);

/** A finite number as flags and variables have it. */
export const number = z.preprocess(numeric, z.number('a number is expected'));
/** A whole number as flags and variables have it. */
export const integer = z.preprocess(numeric, z.int('a whole number is expected'));
/** A TCP port; 0 stands for any free one. */
export const port = integer.refine((value) => value >= 0 && value <= 65535, 'a port is from 0 to 65535');

const words: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  '1': true,
  false: false,
  no: false,
  off: false,
  '0': false,
};

const truth = (value: unknown): unknown => {
  const word = typeof value === 'string' ? value.toLowerCase() : '';
  return Object.hasOwn(words, word) ? words[word] : value;
};

/** `"0"`, `"false"`, `"no"` and `"off"` are false, unlike what a language's own truth of strings says. */
export const boolean = z.preprocess(truth, z.boolean('true or false is expected (or yes, no, on, off, 1, 0)'));

/** Whether a flag stands alone (`--verbose`, `--no-verbose`): true of a schema that takes both truth values, and not any word. */
export function isBoolean(schema: z.ZodType): boolean {
  const gives = (value: unknown): unknown => schema.safeParse(value).data;
  return gives(true) === true && gives(false) === false && !schema.safeParse('a word').success;
}
