/** The one door to protobufjs: its minimal runtime, which the generated code runs on. */
export { default } from 'protobufjs/minimal.js';
