const words = (key: string): string[] =>
  key
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(' ');

/** `maxBodyMB` → `max-body-mb`, the flag without its dashes. */
export const flagName = (key: string): string => words(key).join('-');

/** `maxBodyMB` → `SWITCHYARD_MAX_BODY_MB`. */
export const variableName = (key: string): string => `SWITCHYARD_${words(key).join('_').toUpperCase()}`;

/** What `ratioA`, `ratio_a` and `ratio-a` have in common: whoever writes the parameters of a graph may write any of them. */
export const plainName = (name: string): string => name.replace(/[-_]/g, '').toLowerCase();
