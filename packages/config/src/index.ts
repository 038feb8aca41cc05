export { runComponent, UserError } from './command.ts';
export { authorizationOf, readCredentials } from './credentials.ts';
export { describeSettings, redact } from './describe.ts';
export { flagName } from './names.ts';
export { readSettings, type Sources } from './read.ts';
export { boolean, integer, number, port, setting, type Setting, type Settings, type Values } from './setting.ts';
export { SettingsError } from './settings-error.ts';
