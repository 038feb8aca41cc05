export type { Progress, ReportProgress } from './progress.ts';
