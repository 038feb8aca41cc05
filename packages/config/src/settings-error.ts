/** Settings that cannot be used. The message has a line for each: its name, its value (of a secret: not) and what it should be. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}
