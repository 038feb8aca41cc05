/** Variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The first of these variables that is set and not empty. */
export function firstOf(environment: Environment, ...names: readonly string[]): string | undefined {
  return names.map((name) => environment[name]?.trim()).find((value) => value !== undefined && value !== '');
}
