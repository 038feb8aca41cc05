/** How fast a training goes and how long it will take, in words: "1200 samples/s, 1 min 5 s left". */
export function speedometer(now: () => number = () => performance.now()): (samples: number, stepsLeft: number) => string {
  const start = now();
  let [all, steps] = [0, 0];
  return (samples, stepsLeft) => {
    all += samples;
    steps++;
    const seconds = Math.max(now() - start, 1) / 1000;
    return `${Math.round(all / seconds)} samples/s, ${duration((seconds / steps) * stepsLeft)} left`;
  };
}

function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
