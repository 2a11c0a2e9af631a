import { z } from 'zod';
import { describeAnswer, describeProposals } from '../game/describe.ts';
import { reaches, share, votesNeeded } from '../game/quorum.ts';
import {
  type Answered,
  NONE,
  type Proposal,
  type Proposed,
  type Question,
  readProposal,
  readVote,
  type Vote,
} from '../game/talk.ts';
import type { Inbox, ProtocolPlan, RoundProtocol, Seat, Setting } from '../world/contracts.ts';
import { ScenarioError } from '../world/error.ts';
import { count, part } from '../world/part.ts';

const parameters = z.strictObject({
  values: z.int().min(2).max(1000).default(51).describe('How many values there are: 0 to one less.'),
  quorum: share
    .prefault('2/3')
    .describe('The share of votes to stop that ends the game; counted in whole numbers.'),
  electorate: z
    .enum(['all', 'honest'])
    .default('all')
    .describe('Of whom the quorum is a share: of all agents, Byzantine ones included, or of the honest.'),
  tries: count.max(10).default(3).describe('How often an answer that cannot be read is asked for.'),
  format: z
    .enum(['clean', 'upstream'])
    .default('clean')
    .describe(
      'What an answer that is not to be read in any try counts as. clean: nothing, no value and no vote. upstream, as in the released code: the value proposed last, and a vote to continue.',
    ),
  medium: z
    .enum(['messages', 'board'])
    .default('messages')
    .describe(
      'messages: each proposal is sent to each neighbour, and can be lost. board: proposals are posted where all read them at once, as in the released code; nothing is sent, and large groups are played faster.',
    ),
  rounds: count
    .max(100_000)
    .default(50)
    .describe(
      'Rounds of the game after which it is over without a stop: a timeout, as published. A round of the game takes two of the world, so that `horizon` need not be given.',
    ),
  shown: count.max(50).default(3).describe('How many rounds an agent is shown when it is asked.'),
});

type Parameters = z.infer<typeof parameters>;

/**
 * The game of "Can AI Agents Agree?" (Berdoz, Rugli and Wattenhofer, arXiv 2603.01213; code: github.com,
 * leorugli/byzantine-consensus-llm-agents). Each round every agent decides on a value, broadcasts it, receives those of
 * the others, and votes whether to stop; votes to stop of two thirds of all agents end the game, and what each then holds
 * is decided. A round of the game is two of the world's: proposals are heard when votes are asked for, votes are counted
 * when the next round begins. R rounds of the game thus last 2 R + 1 of the world's, in the last of which the last votes are
 * counted; where they are no stop, the run is cut off there.
 */
export const byzantineGame = part({
  name: 'byzantine-game',
  summary: 'Each round all propose a value and vote whether to stop; two thirds of votes to stop end it.',
  params: parameters,
  create: (params): ProtocolPlan => ({
    form: 'rounds',
    asks: 'game',
    decides: ['values'],
    lasts: { rounds: 2 * params.rounds + 1, refuses: cutInTwo },
    begin: (setting) => begin(setting, params),
  }),
});

/** An end after an even number of the world's rounds falls amid a round of the game: it was meant as rounds of the game. */
function cutInTwo(rounds: number): string | undefined {
  if (rounds % 2 === 1) return undefined;
  return `counts rounds of the world, of which a round of the game takes two, and the stop one more: ${rounds} cut one in two; for ${rounds} rounds of the game set protocol.rounds: ${rounds} and leave it out, or give ${rounds + 1} for ${rounds / 2} of them`;
}

type Player = Seat<Proposal, Question>;

// Votes by agent. Not given covers both those who abstain and those who could not be understood.
const votes = { abstain: 0, stop: 1, continue: 2 } as const;

function begin(
  setting: Setting,
  { values, quorum, electorate, tries, format, medium, shown }: Parameters,
): RoundProtocol<Proposal, Question, Answered> {
  const { agents, adversaries } = setting;
  const inputs = inputsOf(setting, values);
  const isVoter = (agent: number): boolean => electorate === 'all' || !adversaries.has(agent);
  const voters = electorate === 'all' ? agents : agents - adversaries.size;
  /** What each holds this round, and what it proposed last; `NONE` for nothing. */
  const current = Int32Array.from(inputs);
  const last = Int32Array.from(inputs);
  const vote = new Uint8Array(agents);
  const votedIn = new Int32Array(agents).fill(-1);
  const decided = new Uint8Array(agents);
  const end = endOf(setting);
  const channel = (medium === 'board' ? board : mail)(setting, values, shown);
  let counted = 0;
  let isStopped = false;
  /** What agents told the others one by one, where they did, and in which round. */
  const apart = new Map<number, { readonly round: number; readonly told: Int32Array }>();

  const stopsOf = (round: number): number => {
    let stops = 0;
    for (let agent = 0; agent < agents; agent++) {
      if (vote[agent] === votes.stop && votedIn[agent] === round && isVoter(agent)) stops++;
    }
    return stops;
  };
  const count = (round: number): void => {
    if (counted === round) return;
    counted = round;
    isStopped = reaches(stopsOf(round - 1), voters, quorum);
  };
  const ask = (me: Player, kind: Question['kind'], round: number, attempt: number): void => {
    const { id } = me;
    const heard = channel.heard(id);
    const question = { kind, round, attempt, values, input: inputs[id]!, own: last[id]!, heard };
    const reasons = channel.reasons(id);
    me.ask(reasons === undefined ? question : { ...question, reasons });
  };
  const propose = (me: Player, answer: Proposed | undefined, round: number): void => {
    const { id } = me;
    if (answer?.apart !== undefined) apart.set(id, { round, told: answer.apart });
    if (answer !== undefined && (answer.value !== NONE || answer.apart !== undefined)) {
      last[id] = current[id] = answer.value;
      channel.tell(me, answer);
      return;
    }
    current[id] = format === 'upstream' ? last[id]! : NONE;
    channel.tell(me, { kind: 'propose', value: current[id]! });
  };

  return {
    form: 'rounds',
    content: 'object',
    prompt: true,
    sendsNothing: medium === 'board',
    round(me, worldRound, inbox) {
      const { id } = me;
      const round = worldRound >>> 1;
      if (worldRound % 2 === 1) {
        if (isStopped) return;
        channel.listen(id, round, current[id]!, inbox);
        ask(me, 'vote', round, 0);
        return;
      }
      if (!isStopped) count(round);
      if (!isStopped) {
        // The last votes are counted, and nobody proposes any more.
        if (round < end) ask(me, 'propose', round, 0);
      } else if (decided[id] === 0) {
        decided[id] = 1;
        me.decide(current[id]!);
      }
    },
    answer(me, answer, { kind, round, attempt }) {
      const read = kind === 'propose' ? readProposal(answer, values) : readVote(answer);
      if (read === undefined && attempt + 1 < tries) ask(me, kind, round, attempt + 1);
      else if (kind === 'propose') propose(me, read as Proposed | undefined, round);
      else {
        vote[me.id] = votes[(read as Vote | undefined) ?? (format === 'upstream' ? 'continue' : 'abstain')];
        votedIn[me.id] = round;
      }
    },
    reads: (_agent, answer, { kind }) =>
      (kind === 'propose' ? readProposal(answer, values) : readVote(answer)) !== undefined,
    held: (agent) => (current[agent] === NONE ? Number.NaN : current[agent]!),
    state: (agent) => 4 * (current[agent]! + 1) + vote[agent]!,
    quorum: Math.min(votesNeeded(voters, quorum), agents - adversaries.size),
    forge: (_content, _to, random) => ({ value: random.below(values), reason: '' }),
    digest: ({ value, reason }) => digestOf(value, reason),
    describe: ({ value, reason }) => (reason === '' ? `proposes ${value}` : `proposes ${value}: ${reason}`),
    describeAnswer: (agent, answer, question) => describeAnswer(setting, agent, answer, question),
    describeRound(worldRound) {
      const round = worldRound >>> 1;
      if (worldRound % 2 === 1) {
        const toldApart = (agent: number): Int32Array | undefined => {
          const last = apart.get(agent);
          return last?.round === round ? last.told : undefined;
        };
        const proposals = describeProposals(setting, current, toldApart);
        const where = medium === 'board' ? 'On the board: ' : 'Proposed are ';
        return `Round ${round} of the game, the vote. ${where}${proposals}.`;
      }
      const opening = `Round ${round} of the game: all propose a value.`;
      if (round === 0) return opening;
      const stops = stopsOf(round - 1);
      const needed = votesNeeded(voters, quorum);
      const counts = `${stops} of ${voters} vote to stop, and ${needed} are needed`;
      if (!reaches(stops, voters, quorum)) return `${counts}: the game goes on. ${opening}`;
      return `${counts}: the game ends, and what each holds it decides.`;
    },
  };
}

/** The number of the first round of the game that is not played: votes of the one before are counted in its place. */
const endOf = ({ rounds = Number.POSITIVE_INFINITY }: Setting): number => Math.floor((rounds - 1) / 2);

/** What each was given. Byzantine agents are given nothing; whoever else has no input has no value to begin with. */
function inputsOf({ agents, adversaries, inputs }: Setting, values: number): Int32Array {
  return Int32Array.from({ length: agents }, (_, agent) => {
    const input = inputs[agent];
    if (input === undefined || Number.isNaN(input) || adversaries.has(agent)) return NONE;
    if (input < values) return input;
    const message = `must be more than every input of the task, but is ${values} and an agent is given ${input}; give the task and the protocol the same number of values`;
    throw new ScenarioError([{ path: 'protocol.values', message }]);
  });
}

/** How proposals reach the others, and what each agent remembers of them. */
interface Channel {
  readonly tell: (me: Player, answer: Proposed) => void;
  /** Takes in what an agent hears in a round; its own value is part of what it knows. */
  readonly listen: (agent: number, round: number, own: number, inbox: Inbox<Proposal>) => void;
  /** A row of values by agent for each of the last rounds, the latest first. */
  readonly heard: (agent: number) => readonly Int32Array[];
  readonly reasons: (agent: number) => readonly string[] | undefined;
}

/** Every proposal is a message to each neighbour, and every agent keeps its own rows. */
function mail({ agents }: Setting, values: number, shown: number): Channel {
  const plain = Array.from({ length: values }, (_, value): Proposal => ({ value, reason: '' }));
  const rows: Int32Array[][] = Array.from({ length: agents }, () => []);
  const reasons: (readonly string[] | undefined)[] = [];
  return {
    tell(me, { value, apart, reason = '' }) {
      if (apart === undefined) {
        if (value !== NONE) me.tellNeighbours(reason === '' ? plain[value]! : { value, reason });
        return;
      }
      for (let i = 0; i < me.degree; i++) {
        const to = me.neighbour(i);
        const told = apart[to] ?? NONE;
        if (told !== NONE) me.send(to, plain[told]!);
      }
    },
    listen(agent, _round, own, inbox) {
      const of = rows[agent]!;
      const row = of.length < shown ? new Int32Array(agents) : of.pop()!;
      row.fill(NONE);
      row[agent] = own;
      let said: string[] | undefined;
      for (let i = 0; i < inbox.size; i++) {
        const { value, reason } = inbox.content(i);
        const from = inbox.from(i);
        row[from] = value;
        if (reason !== '') (said ??= new Array<string>(agents).fill(''))[from] = reason;
      }
      reasons[agent] = said;
      of.unshift(row);
    },
    heard: (agent) => rows[agent]!,
    reasons: (agent) => reasons[agent],
  };
}

/** Proposals are posted where all read them; agents share their rows, except where somebody told them apart. */
function board({ agents, graph }: Setting, _values: number, shown: number): Channel {
  if (graph.targets.length !== agents * (agents - 1)) {
    const message =
      'must be complete where proposals are posted for all to read; set protocol.medium: messages';
    throw new ScenarioError([{ path: 'topology', message }]);
  }
  let posted = new Int32Array(agents).fill(NONE);
  let said: string[] | undefined;
  let readSaid: readonly string[] | undefined;
  let apart = new Map<number, Int32Array>();
  let common: Int32Array[] = [];
  let readRound = -1;
  /** By agent, where somebody told them apart: what each read in the rounds before. */
  let own: Int32Array[][] | undefined;

  const turn = (round: number): void => {
    if (round === readRound) return;
    readRound = round;
    common = [posted, ...common].slice(0, shown);
    readSaid = said;
    if (apart.size > 0) own ??= Array.from({ length: agents }, () => common.slice(1));
    if (own !== undefined) own = own.map((rows, agent) => [rowFor(agent), ...rows].slice(0, shown));
    posted = new Int32Array(agents).fill(NONE);
    said = undefined;
    apart = new Map();
  };
  const rowFor = (agent: number): Int32Array => {
    if (apart.size === 0) return common[0]!;
    const row = Int32Array.from(common[0]!);
    for (const [from, told] of apart) if (from !== agent) row[from] = told[agent] ?? NONE;
    return row;
  };
  return {
    tell({ id }, answer) {
      posted[id] = answer.value;
      if (answer.apart !== undefined) apart.set(id, answer.apart);
      if (answer.reason) (said ??= new Array<string>(agents).fill(''))[id] = answer.reason;
    },
    listen: (_agent, round) => turn(round),
    heard: (agent) => own?.[agent] ?? common,
    reasons: () => readSaid,
  };
}

/** Value and text folded into one integer (FNV-1a over the text). */
function digestOf(value: number, reason: string): number {
  let hash = 0x811c9dc5 ^ value;
  for (let i = 0; i < reason.length; i++) hash = Math.imul(hash ^ reason.charCodeAt(i), 0x01000193);
  return hash | 0;
}
