import type { ArmReport } from '../trial.ts';
import { table } from './table.ts';

export function armTable(arms: readonly ArmReport[]): string {
  const figure = (value: number, digits: number): string => (Number.isNaN(value) ? '–' : value.toFixed(digits));
  return table<ArmReport>(
    [
      { title: 'arm', value: (row) => row.arm },
      { title: 'requests', value: (row) => String(row.requests), align: 'right' },
      { title: 'reward', value: (row) => String(row.reward), align: 'right' },
      { title: 'accuracy', value: (row) => figure(row.accuracy, 3), align: 'right' },
      { title: 'p50 ms', value: (row) => figure(row.p50, 2), align: 'right' },
      { title: 'p99 ms', value: (row) => figure(row.p99, 2), align: 'right' },
    ],
    arms,
  );
}
