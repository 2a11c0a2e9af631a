/** A small 4-ary heap of events ordered by (time, serial), in one typed array per field: four siblings share a line. */
export class Heap {
  times: Float64Array;
  serials: Int32Array;
  data: Int32Array;
  size = 0;

  constructor(capacity = 256) {
    this.times = new Float64Array(capacity);
    this.serials = new Int32Array(capacity);
    this.data = new Int32Array(capacity);
  }

  push(time: number, serial: number, datum: number): void {
    if (this.size === this.times.length) this.grow();
    const { times, serials, data } = this;
    let i = this.size++;
    while (i > 0) {
      const parent = (i - 1) >> 2;
      const above = times[parent]!;
      if (above < time || (above === time && serials[parent]! < serial)) break;
      times[i] = above;
      serials[i] = serials[parent]!;
      data[i] = data[parent]!;
      i = parent;
    }
    times[i] = time;
    serials[i] = serial;
    data[i] = datum;
  }

  /** Removes the earliest event, which stands at index 0. */
  shift(): void {
    const { times, serials, data } = this;
    const size = --this.size;
    const time = times[size]!;
    const serial = serials[size]!;
    let i = 0;
    for (;;) {
      let child = 4 * i + 1;
      if (child >= size) break;
      let least = child;
      let leastTime = times[child]!;
      const end = child + 4 < size ? child + 4 : size;
      for (child++; child < end; child++) {
        const t = times[child]!;
        if (t < leastTime || (t === leastTime && serials[child]! < serials[least]!)) {
          least = child;
          leastTime = t;
        }
      }
      if (leastTime > time || (leastTime === time && serials[least]! > serial)) break;
      times[i] = leastTime;
      serials[i] = serials[least]!;
      data[i] = data[least]!;
      i = least;
    }
    times[i] = time;
    serials[i] = serial;
    data[i] = data[size]!;
  }

  private grow(): void {
    const { times, serials, data } = this;
    this.times = new Float64Array(2 * times.length);
    this.serials = new Int32Array(2 * times.length);
    this.data = new Int32Array(2 * times.length);
    this.times.set(times);
    this.serials.set(serials);
    this.data.set(data);
  }
}
