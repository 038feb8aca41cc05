/** One step of a long work, as whoever watches is told. */
export type Progress = {
  readonly phase: string;
  /** Of `total`; the phase is done when they are equal. */
  readonly done: number;
  readonly total: number;
  /** Figures of the moment, such as "loss 0.31". */
  readonly detail?: string;
};
export type ReportProgress = (progress: Progress) => void;
