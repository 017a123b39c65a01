/** Runs something and says how long a processor was busy with it: unlike a clock, untouched by a loaded machine. */
export function measureProcessorSeconds<Result>(run: () => Result): { result: Result; seconds: number } {
  const before = process.cpuUsage();
  const result = run();
  return { result, seconds: process.cpuUsage(before).user / 1e6 };
}
