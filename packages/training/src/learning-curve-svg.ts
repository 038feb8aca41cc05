import { escapeXml, svgDocument, svgText } from './svg.ts';

/** One line of a learning curve: what it shows, and its values over the steps at which they were taken. */
export type Curve = { readonly name: string; readonly points: readonly { readonly step: number; readonly value: number }[] };

/** Curves of one scale, drawn into one frame. */
export type Panel = { readonly title: string; readonly curves: readonly Curve[] };

const light = ['#1f6fb4', '#c2410c', '#6b7280'];
const dark = ['#7cb8f2', '#fb923c', '#9ca3af'];
const [left, top, width, height, gap] = [64, 62, 340, 220, 90];

/**
 * How a training went, a panel beside the other: loss, accuracy and what else was measured, over the steps. The drawing follows the
 * reader's scheme: dark on white, or light on black.
 *
 *     learningCurveSvg([{ title: 'Loss', curves: [{ name: 'training', points: [{ step: 100, value: 0.7 }, { step: 200, value: 0.4 }] }] }])
 */
export function learningCurveSvg(panels: readonly Panel[]): string {
  const title = 'Learning curve, over the steps of training';
  const most = panels.flatMap(({ curves }) => curves.flatMap(({ points }) => points)).reduce((most, { step }) => Math.max(most, step), 1);
  const body = panels.flatMap((panel, at) => drawPanel(panel, left + at * (width + gap), most));
  return svgDocument(left + panels.length * (width + gap) - gap + 40, top + height + 50, title, [style, svgText(10, 20, title), ...body]);
}

const style = `<style>${light.map((colour, at) => `.c${at}{stroke:${colour};color:${colour}}`).join('')}.grid{stroke:#999;stroke-opacity:.35}.line{fill:none;stroke-width:1.6}.dot{fill:currentColor}@media (prefers-color-scheme:dark){svg>rect{fill:#0d1117}text{fill:#e6edf3}${dark.map((colour, at) => `.c${at}{stroke:${colour};color:${colour}}`).join('')}}</style>`;

function drawPanel({ title, curves }: Panel, x0: number, most: number): string[] {
  const values = curves.flatMap(({ points }) => points.map(({ value }) => value)).filter(Number.isFinite);
  const { least, greatest, ticks } = axis(values);
  const x = (step: number): number => x0 + (step / most) * width;
  const y = (value: number): number => top + height - ((value - least) / (greatest - least)) * height;
  const grid = ticks.flatMap((tick) => [
    `<path class="grid" d="M${x0} ${fixed(y(tick))}h${width}"/>`,
    svgText(x0 - 6, y(tick) + 4, figure(tick), 'end'),
  ]);
  const lines = curves.flatMap(({ name, points }, at) => {
    const drawn = points.filter(({ value }) => Number.isFinite(value));
    const path = drawn.map(({ step, value }, index) => `${index === 0 ? 'M' : 'L'}${fixed(x(step))} ${fixed(y(value))}`).join('');
    const dots = drawn.length > 40 ? [] : drawn.map((point) => dot(name, point, at, x(point.step), y(point.value)));
    const key = x0 + width - 110 * (curves.length - at);
    return [
      ...(path === '' ? [] : [`<path class="line c${at}" d="${path}"/>`]),
      ...dots,
      `<path class="line c${at}" d="M${key} ${top - 14}h16"/>`,
      svgText(key + 20, top - 10, name),
    ];
  });
  const steps = [0, most / 2, most].map((step) => svgText(x(step), top + height + 18, figure(Math.round(step)), 'middle'));
  return [svgText(x0, top - 10, title, 'start', 'font-weight="bold"'), ...grid, ...lines, ...steps];
}

function dot(name: string, { step, value }: Curve['points'][number], at: number, x: number, y: number): string {
  const title = `<title>${escapeXml(name)}, step ${step}: ${figure(value)}</title>`;
  return `<circle class="dot c${at}" cx="${fixed(x)}" cy="${fixed(y)}" r="2.5">${title}</circle>`;
}

/** Ends and marks of an axis at 1, 2 or 5 times a power of ten, such that about five marks fit. */
function axis(values: readonly number[]): { least: number; greatest: number; ticks: number[] } {
  const low = values.reduce((least, value) => Math.min(least, value), Infinity);
  const high = values.reduce((most, value) => Math.max(most, value), -Infinity);
  if (low > high) return { least: 0, greatest: 1, ticks: [0, 1] };
  const size = Math.max(Math.abs(low), Math.abs(high));
  // Values that differ by less than their marks could tell are drawn as equal ones; so are those near the least that numbers can be.
  const span = size < 1e-100 ? 1 : high - low > 1e-9 * size ? high - low : size;
  const power = 10 ** Math.floor(Math.log10(span / 4));
  const step = power * ([1, 2, 5, 10].find((times) => times * power * 4 >= span) as number);
  const [first, last] = [Math.floor(low / step), Math.max(Math.ceil(high / step), Math.floor(low / step) + 1)];
  const ticks = Array.from({ length: last - first + 1 }, (_, at) => (first + at) * step);
  return { least: first * step, greatest: last * step, ticks };
}

const fixed = (length: number): number => Number(length.toFixed(2));
const figure = (value: number): string => String(Number(value.toPrecision(4)));
