import { z } from 'zod';
import { isQuestion, NONE, type Question, readProposal, readVote } from '../game/talk.ts';
import { type Tally, tally } from '../game/tally.ts';
import type { Ending, Metric, MetricPlan, Setting } from '../world/contracts.ts';
import { part } from '../world/part.ts';

/**
 * The consensus game as its authors report it (arXiv 2603.01213), and what their four outcomes leave open.
 *
 * Honest agents are unanimous when all of them that hold a value hold the same, as published, where an abstention is no
 * dissent. One that holds a value alone while all others abstain counts for unanimous in the released code; that is not
 * followed here: two at least must hold it, unless there is only one honest agent.
 *
 * Of `stopVotes` and `votes` summed over many runs the ratio is free of bias; the mean of `stopRate` is not, since a
 * run stops where the rate was high. Not a number where there was nothing to take a share of.
 */
export const game = part({
  name: 'game',
  summary: 'The consensus game: its published outcomes, rounds to agreement and to the stop, rates of votes.',
  params: z.strictObject({}),
  create: (): MetricPlan => ({ columns, begin }),
});

const columns = {
  publishedValid:
    '1 where the vote stopped it and the honest agree on a value that one of them was given, else 0',
  publishedInvalid:
    '1 where the vote stopped it and the honest agree on a value that none of them was given, else 0',
  publishedNone: '1 where the vote stopped it and the honest do not agree, else 0',
  publishedTimeout: '1 where no vote stopped it, whatever the agents held, else 0',
  gameRounds: 'rounds of the game in which votes were asked for',
  unanimousRound: 'first round, from 1, after which the honest agree',
  detectionLag: 'rounds from there to the stop',
  stability: 'rounds of agreement in a row before the stop',
  lostAgreements: 'agreements that broke',
  halfStopRound: 'first round with votes to stop of half of all agents',
  stopRate: 'share of honest votes that are to stop',
  votes: 'honest votes that could be read',
  stopVotes: 'those of them that are to stop',
  honestAgents: 'agents that are not Byzantine',
  strayRate: 'share of proposals that leave a value on which everyone heard agreed',
  abstentions: 'share of turns in which an honest agent held no value',
  unreadRate: 'share of honest answers that could not be read',
};

function begin(setting: Setting): Metric {
  const { agents, adversaries } = setting;
  const honest = agents - adversaries.size;
  const rounds = follow(honest, agents);
  const tries = { all: 0, unread: 0 };
  const proposals = { agreed: 0, stray: 0 };
  const turns = { all: 0, empty: 0 };
  const votes = { all: 0, stop: 0 };
  let seen: Tally | undefined;

  const proposed = (question: Question, value: number): void => {
    seen ??= tally(question.values);
    if (!seen.read(question) || seen.countOf(question.own) < agents) return;
    proposals.agreed++;
    if (value !== question.own) proposals.stray++;
  };

  return {
    answer(agent, question, answer) {
      if (!isQuestion(question)) return;
      const { kind, round, values } = question;
      const value = answer.value as never;
      if (adversaries.has(agent)) {
        if (kind === 'vote') rounds.voted(round, undefined, readVote(value) === 'stop');
        return;
      }
      tries.all++;
      if (kind === 'propose') {
        const read = readProposal(value, values);
        if (read === undefined) tries.unread++;
        else proposed(question, read.value);
        return;
      }
      const vote = readVote(value);
      if (question.attempt === 0) {
        const held = question.heard[0]?.[agent] ?? NONE;
        turns.all++;
        if (held === NONE) turns.empty++;
        rounds.voted(round, held, false);
      }
      if (vote === undefined) {
        tries.unread++;
        return;
      }
      votes.all++;
      if (vote !== 'stop') return;
      votes.stop++;
      rounds.stopVote(round);
    },
    finish(ending) {
      const isGame = tries.all > 0;
      const shareOf = (some: number, all: number): number => (all > 0 ? some / all : Number.NaN);
      return {
        ...(isGame ? published(ending) : unpublished),
        ...rounds.finish(isStopped(ending)),
        stopRate: shareOf(votes.stop, votes.all),
        votes: isGame ? votes.all : Number.NaN,
        stopVotes: isGame ? votes.stop : Number.NaN,
        honestAgents: isGame ? honest : Number.NaN,
        strayRate: shareOf(proposals.stray, proposals.agreed),
        abstentions: shareOf(turns.empty, turns.all),
        unreadRate: shareOf(tries.unread, tries.all),
      };
    },
  };
}

/** Folds the rounds one by one: whether the honest were unanimous, and how many voted to stop. */
function follow(honest: number, agents: number) {
  let round = -1;
  let common = NONE;
  let holders = 0;
  let differ = false;
  let stops = 0;
  let first = Number.NaN;
  let half = Number.NaN;
  let streak = 0;
  let lost = 0;

  const close = (): void => {
    if (round < 0) return;
    if (!differ && holders >= enough(honest)) {
      streak++;
      if (Number.isNaN(first)) first = round + 1;
    } else {
      if (streak > 0) lost++;
      streak = 0;
    }
    if (2 * stops >= agents && Number.isNaN(half)) half = round + 1;
  };
  const enter = (next: number): void => {
    if (next === round) return;
    close();
    round = next;
    common = NONE;
    holders = 0;
    differ = false;
    stops = 0;
  };
  return {
    /** An agent votes; `value` is what it holds, undefined for a Byzantine agent. */
    voted(at: number, value: number | undefined, stopsToo: boolean): void {
      enter(at);
      if (stopsToo) stops++;
      if (value === undefined || value === NONE) return;
      if (holders === 0) common = value;
      if (value === common) holders++;
      else differ = true;
    },
    stopVote(at: number): void {
      enter(at);
      stops++;
    },
    finish(stopped: boolean) {
      close();
      const asked = round >= 0;
      return {
        gameRounds: asked ? round + 1 : Number.NaN,
        unanimousRound: first,
        detectionLag: stopped && streak > 0 ? round + 1 - first : Number.NaN,
        stability: stopped ? streak : Number.NaN,
        lostAgreements: asked ? lost : Number.NaN,
        halfStopRound: half,
      };
    },
  };
}

/** How many honest agents must hold a value for it to be theirs. */
const enough = (honest: number): number => Math.min(2, Math.max(1, honest));

const unpublished = {
  publishedValid: Number.NaN,
  publishedInvalid: Number.NaN,
  publishedNone: Number.NaN,
  publishedTimeout: Number.NaN,
};

const isStopped = ({ decisions, correct }: Ending): boolean =>
  decisions.some((value, agent) => correct[agent] === 1 && !Number.isNaN(value));

function published(ending: Ending): typeof unpublished {
  const { decisions, setting } = ending;
  const { adversaries, inputs } = setting;
  const stopped = isStopped(ending);
  const honest = [...decisions.keys()].filter((agent) => !adversaries.has(agent));
  const holders = honest.filter((agent) => decisions[agent]! >= 0);
  const common = decisions[holders[0] ?? 0]!;
  const agreed =
    stopped &&
    holders.length >= enough(honest.length) &&
    holders.every((agent) => decisions[agent] === common);
  const valid = agreed && honest.some((agent) => inputs[agent] === common);
  return {
    publishedValid: valid ? 1 : 0,
    publishedInvalid: agreed && !valid ? 1 : 0,
    publishedNone: stopped && !agreed ? 1 : 0,
    publishedTimeout: stopped ? 0 : 1,
  };
}
