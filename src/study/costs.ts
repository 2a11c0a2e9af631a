/** A batch should take about so long: handing it over costs a thousandth of that, and a stop is heard soon. */
export const batchMilliseconds = 60;

/** What a run of each point takes, learnt as a sweep goes on: points may differ a thousandfold. */
export class Costs {
  private readonly byPoint: Float64Array;

  constructor(points: number) {
    this.byPoint = new Float64Array(points).fill(Number.NaN);
  }

  /** In milliseconds. A point not seen yet counts as half a batch, so that the first batches are small. */
  of(point: number): number {
    const known = this.byPoint[point] as number;
    return Number.isNaN(known) ? batchMilliseconds / 2 : known;
  }

  learn(point: number, milliseconds: number): void {
    const known = this.byPoint[point] as number;
    this.byPoint[point] = Number.isNaN(known) ? milliseconds : 0.7 * known + 0.3 * milliseconds;
  }
}
