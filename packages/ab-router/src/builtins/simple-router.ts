import { builtIn, type UnitWork } from '../unit-work.ts';

/** SIMPLE_ROUTER: always the first child. */
export const simpleRouter: UnitWork = { ...builtIn, route: async () => 0 };
