/** The constants of the forest file, described in docs/forest-format.md. */
export const magic = 'SWFOREST';
export const formatVersion = 1;
export const headerBytes = 28;
export const checksumBytes = 4;

/** How thresholds are written. */
export const byteThresholds = 1; // one byte t a node: the threshold is t + 0.5
export const doubleThresholds = 2; // a double a node

export const featureBytes = (columns: number): 1 | 2 | 4 => (columns <= 0x100 ? 1 : columns <= 0x1_0000 ? 2 : 4);
