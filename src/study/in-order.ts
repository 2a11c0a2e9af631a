/** Hands out what comes in any order by its serial number, 0 first, and holds back what comes early. */
export class InOrder<T> {
  private readonly early = new Map<number, T>();
  /** The serial number that is due next: how many were handed out. */
  due = 0;

  put(serial: number, value: T): void {
    this.early.set(serial, value);
  }

  /** All that is due, in order. Each is handed out once. */
  *drain(): Generator<T> {
    for (let value = this.early.get(this.due); value !== undefined; value = this.early.get(this.due)) {
      this.early.delete(this.due++);
      yield value;
    }
  }
}
