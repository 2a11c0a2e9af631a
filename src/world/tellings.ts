/** A protocol may tell so many kinds of messages apart. */
const topics = 4;
/** 2^43: below it copies of one envelope, 2^32 apart, have indexes of their own. */
const perTelling = 8796093022208;
/** A message told more often to one agent repeats its fortunes. */
const mostTellings = 1024;

/**
 * Numbers envelopes by what they are: to whom, and how often this sender told this receiver something of the same kind before.
 * So what becomes of a message does not hang on what else its sender has sent, and two runs of one seed share the noise of
 * every message that both of them send, however late. Messages of other kinds share it too, the first with the first: what
 * is told in the place of something else meets what that would have met.
 */
export class Tellings {
  private readonly agents: number;
  private readonly topic: (content: unknown) => number;
  private readonly told = new Map<number, number>();

  constructor(agents: number, topic: (content: unknown) => number) {
    this.agents = agents;
    this.topic = topic;
  }

  /** The index of the envelope that is sent now: below 2^53. */
  next(from: number, to: number, content: unknown): number {
    const link = topics * (from * this.agents + to) + this.topic(content);
    const before = this.told.get(link) ?? 0;
    this.told.set(link, before + 1);
    return to + perTelling * (before % mostTellings);
  }
}
