/** What is known of a column: whether its values may be missing, and whether its bins are categories. Bits, so that the kernel reads them too. */
export const mayMiss = 1;
export const isCategorical = 2;

/** The bin of missing values (NaN), in columns that have any. */
export const missingBin = 255;
