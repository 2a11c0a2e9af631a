import type { AgentsNetTask } from '../agentsnet/rules.ts';
import type { ConversationSizes } from '../economy/conversations.ts';
import type { Stream } from '../kernel/stream.ts';
import type { CountedRun } from './count-decisions.ts';
import type { FittedRate } from './fitted-rate.ts';

const resamples = 200;

const sources: Readonly<Record<keyof ConversationSizes, string>> = {
  system: 'first prompts, mean',
  request: 'what prompts grow by from call to call, by the messages heard: at none',
  heard: 'the same: by each message, in all tasks',
  thought: 'what is written, by the messages said: at none',
  said: 'the same: by each message, in all tasks',
  final: 'what is written with the final answer, mean',
};

const names = Object.keys(sources) as (keyof ConversationSizes)[];

type Sizes = Pick<CountedRun, 'task' | 'sizes'>;
type Found = Partial<Record<keyof ConversationSizes, { readonly value: number; readonly n: number }>>;

/**
 * Tokens of conversations by task, from the calls whose tokens are on record. What a message takes is the same in all tasks,
 * since in one of them agents may all have as many neighbours; the rest is by task. Intervals by resampling runs within
 * tasks, where there are several.
 */
export function fitSizes(
  runs: readonly Sizes[],
  random: Stream,
): {
  readonly sizes: ReadonlyMap<AgentsNetTask, Partial<ConversationSizes>>;
  readonly rates: readonly FittedRate[];
} {
  const tasks = [...new Set(runs.map(({ task }) => task))];
  const found = sizesOf(runs);
  const drawn = Array.from({ length: resamples }, () =>
    sizesOf(
      tasks.flatMap((task) => {
        const own = runs.filter((it) => it.task === task);
        return own.map(() => own[random.below(own.length)]!);
      }),
    ),
  );
  const sizes = new Map<AgentsNetTask, Partial<Record<keyof ConversationSizes, number>>>();
  const rates = tasks.flatMap((task) =>
    names.flatMap((name): FittedRate[] => {
      const at = found.get(task)?.[name];
      if (at === undefined) return [];
      const value = Math.max(0, rounded(at.value));
      sizes.set(task, { ...sizes.get(task), [name]: value });
      const others = drawn.flatMap((it) => it.get(task)?.[name]?.value ?? []).sort((a, b) => a - b);
      const end = (share: number): number =>
        rounded(others[Math.round(share * (others.length - 1))] ?? at.value);
      const isAlone = runs.filter((it) => it.task === task).length < 2;
      return [
        {
          name: `conversation.${task}.${name}`,
          value,
          low: end(0.025),
          high: end(0.975),
          n: at.n,
          events: null,
          confidence: 'measured',
          source: sources[name],
          ...(isAlone ? { warning: 'one run of the task alone gives no interval' } : {}),
        },
      ];
    }),
  );
  return { sizes, rates };
}

const rounded = (x: number): number => Math.round(10 * x) / 10;

type Points = readonly (readonly [x: number, y: number])[];

function sizesOf(runs: readonly Sizes[]): Map<AgentsNetTask, Found> {
  const tasks = [...new Set(runs.map(({ task }) => task))];
  const of = <T>(task: AgentsNetTask, pick: (sizes: CountedRun['sizes']) => readonly T[]): T[] =>
    runs.flatMap((it) => (it.task === task ? pick(it.sizes) : []));
  const grown = tasks.map((task) => of(task, (it) => it.grown));
  const written = tasks.map((task) => of(task, (it) => it.written));
  const [heard, said] = [slopeOf(grown), slopeOf(written)];
  return new Map(
    tasks.map((task, i): [AgentsNetTask, Found] => {
      const [growing, writing] = [grown[i]!, written[i]!];
      const system = of(task, (it) => it.system);
      const final = of(task, (it) => it.final);
      const at = (value: number, n: number) => ({ value, n });
      return [
        task,
        {
          ...(system.length > 0 ? { system: at(mean(system), system.length) } : {}),
          ...(growing.length > 0
            ? { request: at(interceptOf(growing, heard), growing.length), heard: at(heard, growing.length) }
            : {}),
          ...(writing.length > 0
            ? { thought: at(interceptOf(writing, said), writing.length), said: at(said, writing.length) }
            : {}),
          ...(final.length > 0 ? { final: at(mean(final), final.length) } : {}),
        },
      ];
    }),
  );
}

const mean = (values: readonly number[]): number => values.reduce((sum, it) => sum + it, 0) / values.length;

/** The common slope of several lines of least squares, each about its own mean; 0 where no x differs from another. */
function slopeOf(groups: readonly Points[]): number {
  let products = 0;
  let squares = 0;
  for (const points of groups) {
    const x = mean(points.map((it) => it[0]));
    const y = mean(points.map((it) => it[1]));
    for (const [a, b] of points) {
      products += (a - x) * (b - y);
      squares += (a - x) * (a - x);
    }
  }
  return squares > 0 ? products / squares : 0;
}

const interceptOf = (points: Points, slope: number): number =>
  mean(points.map((it) => it[1])) - slope * mean(points.map((it) => it[0]));
