import { learningCurveSvg, type Panel } from '@switchyard/training';

/** What a training was like over the steps up to `step`: means over those since the point before. */
export type TrainingPoint = {
  readonly step: number;
  /** How often the data was gone through by then. */
  readonly epoch: number;
  readonly loss: number;
  /** Of classes: the part that was right, before each step. */
  readonly accuracy?: number;
  readonly learningRate: number;
};

/** How the model did on the validation rows after `step`. */
export type ValidationPoint = { readonly step: number; readonly epoch: number; readonly loss: number; readonly accuracy?: number };

export type History = { readonly training: readonly TrainingPoint[]; readonly validation: readonly ValidationPoint[] };

/** The history and what is not yet in it: all that must be known to go on with it. */
export type HistoryState = { training: TrainingPoint[]; validation: ValidationPoint[]; loss: number; right: number; rows: number };

export const emptyHistory = (): HistoryState => ({ training: [], validation: [], loss: 0, right: 0, rows: 0 });

/** A step's result goes in; every `every` steps, and at the end of the training, a point comes of it. */
export function addStep(
  state: HistoryState,
  point: Pick<TrainingPoint, 'step' | 'epoch' | 'learningRate'>,
  result: { readonly loss: number; readonly right: number | undefined; readonly rows: number },
  due: boolean,
): void {
  state.loss += result.loss * result.rows;
  state.right += (result.right ?? 0) * result.rows;
  state.rows += result.rows;
  if (!due) return;
  const accuracy = result.right === undefined ? {} : { accuracy: state.right / state.rows };
  state.training.push({ ...point, loss: state.loss / state.rows, ...accuracy });
  Object.assign(state, { loss: 0, right: 0, rows: 0 });
}

/** The mean training loss over the last tenth of the steps. */
export function finalLoss({ training }: History): number {
  const last = training.at(-1)?.step ?? 0;
  let [sum, steps] = [0, 0];
  training.forEach(({ step, loss }, at) => {
    if (step <= last * 0.9) return;
    const span = step - (training[at - 1]?.step ?? 0);
    sum += loss * span;
    steps += span;
  });
  return sum / steps;
}

/** The history as files of the artifact: `report/history.json` and its drawing. */
export function historyFiles({ training, validation }: History): Record<string, Uint8Array> {
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  const panel = (title: string, of: 'loss' | 'accuracy'): Panel => ({
    title,
    curves: [
      { name: 'training', points: training.map((point) => ({ step: point.step, value: point[of] ?? NaN })) },
      ...(validation.length > 0
        ? [{ name: 'validation', points: validation.map((point) => ({ step: point.step, value: point[of] ?? NaN })) }]
        : []),
    ],
  });
  const rate: Panel = {
    title: 'Learning rate',
    curves: [{ name: 'rate', points: training.map((each) => ({ step: each.step, value: each.learningRate })) }],
  };
  const changes = new Set(training.map((point) => point.learningRate)).size > 1;
  const panels = [
    panel('Loss', 'loss'),
    ...(training[0]?.accuracy === undefined ? [] : [panel('Accuracy', 'accuracy')]),
    ...(changes ? [rate] : []),
  ];
  return {
    'report/history.json': encode(`${JSON.stringify({ training, validation }, null, 1)}\n`),
    'report/learning-curve.svg': encode(learningCurveSvg(panels)),
  };
}
