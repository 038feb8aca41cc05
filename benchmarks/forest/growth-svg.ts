/** CPU seconds a tree by size, of ours and of the peer's. */
export type Growth = {
  readonly axis: string;
  readonly sizes: readonly number[];
  readonly ours: readonly number[];
  readonly peer: readonly number[];
};

/** How the time of a tree grows, drawn: one panel an axis, time in milliseconds from 0. */
export function growthSvg(panels: readonly Growth[]): string {
  const [width, height, gap] = [420, 300, 70];
  const body = panels.map((panel, at) => `<g transform="translate(${gap + at * (width + gap)} 50)">${draw(panel, width, height)}</g>`);
  const total = gap + panels.length * (width + gap);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${total}" height="${height + 110}" viewBox="0 0 ${total} ${height + 110}" font-family="sans-serif" font-size="12">`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    ...body,
    '</svg>',
    '',
  ].join('\n');
}

/** How the time grows with the size: the exponent of the power that fits best. 1 is in proportion. */
export function exponent(sizes: readonly number[], times: readonly number[]): number {
  const [x, y] = [sizes.map(Math.log), times.map(Math.log)];
  const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  return mean(x.map((each, at) => (each - mx) * ((y[at] as number) - my))) / mean(x.map((each) => (each - mx) ** 2));
}

function draw({ axis, sizes, ours, peer }: Growth, width: number, height: number): string {
  const most = Math.max(...ours, ...peer);
  const x = (size: number): number => Math.round((size / Math.max(...sizes)) * width);
  const y = (time: number): number => Math.round(height - (time / most) * height);
  const line = (times: readonly number[], colour: string, name: string): string => {
    const points = sizes.map((size, at) => [x(size), y(times[at] as number)] as const);
    const marks = points.map(([px, py], at) => {
      const label = `<text x="${px}" y="${py - 8}" text-anchor="middle" fill="${colour}">${Math.round(1000 * (times[at] as number))}</text>`;
      return `<circle cx="${px}" cy="${py}" r="3" fill="${colour}"/>${label}`;
    });
    const path = `<path d="M${points.map((point) => point.join(' ')).join('L')}" fill="none" stroke="${colour}" stroke-width="2"/>`;
    const grows = `${name}: ∝ ${axis}^${exponent(sizes, times).toFixed(2)}`;
    const legend = `<text x="8" y="${name === 'switchyard' ? 30 : 14}" fill="${colour}">${grows}</text>`;
    return path + marks.join('') + legend;
  };
  const ticks = sizes.map((size) => `<text x="${x(size)}" y="${height + 18}" text-anchor="middle">${size}</text>`).join('');
  const frame = `<path d="M0 0V${height}H${width}" fill="none" stroke="#888"/>`;
  const titles = `<text x="${width / 2}" y="${height + 40}" text-anchor="middle">${axis}</text><text x="0" y="-28">CPU ms a tree</text>`;
  return frame + ticks + titles + line(peer, '#a50f15', 'scikit-learn') + line(ours, '#08519c', 'switchyard');
}
