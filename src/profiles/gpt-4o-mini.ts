import type { Confidence, Fitted, Profile } from '../behaviours/bounded/knobs.ts';
import type { ConversationSizes } from '../economy/conversations.ts';

const runs =
  'MAFBench (arXiv 2602.03128), recorded AgentsNet runs with gpt-4o-mini-2024-07-18, one run per cell, index 0';

const as =
  (confidence: Confidence) =>
  <Value>(value: Fitted<Value>['value'], what: string): Fitted<Value> => ({
    value,
    confidence,
    source: confidence === 'assumed' ? what : `${runs}: ${what}`,
  });

/** Read off the transcripts by us. */
const measured = as('measured');
/** Follows from measured values by arithmetic. */
const derived = as('derived');
/** Chosen so that our runs meet the recorded ones in what is named. */
const fitted = as('fitted');
/** No published ground; says why this value. */
const assumed = as('assumed');

/**
 * How gpt-4o-mini behaves in AgentsNet. The claims of the transcripts were read by pattern; a check of 30 of them by hand
 * found 28 or 29 right. Small, index-0 samples: intervals are wide where few observations are named.
 */
export const gpt4oMini: Profile = {
  announce: measured(
    {
      default: [0, 0.48, 0.67, 0.65],
      tasks: {
        consensus: [0.48, 1],
        matching: [0, 0.6],
        'leader-election': [0.1, 0.8],
        'vertex-cover': [0, 0.4],
      },
    },
    'coloring, own group stated by round 1, 2, 3: .48, .83, .94 (84 agents); consensus: .49 in the first message, all by the second. Matching, leader election and vertex cover: read off few runs, not counted.',
  ),
  prior: fitted(
    {
      default: [0.81, 0.12, 0.04],
      tasks: { consensus: [0.86, 0.14], 'leader-election': [0.25, 0.75], 'vertex-cover': [0.2, 0.8] },
    },
    'coloring: .69 of edges clash at round 1, and first claims of all rounds together are Group 1 .50, Group 2 .27, Group 3 .12 (234 agents); consensus: first value 0 for .845 to .87 (184 agents). Leader election: 6 of 8 stand in the recorded run on 8; vertex cover: fitted to the kinds of failure.',
  ),
  preset: derived(
    0,
    'coloring, first claims made after hearing others: 13 of 14 avoid what was heard (three runs), as `verification` has it; none is left to be put down to a choice made before.',
  ),
  habit: fitted(0.95, 'the clash rate per edge after round 1: .46, .33, .22, .16, .18, .10.'),
  adopt: measured(
    { default: 0.93, tasks: { 'leader-election': 0.1 } },
    'consensus, first stance of one who waited is the majority it saw: .92 to .96 (83 agents). Leader election: fitted to the numbers of leaders; praise goes to neighbours, not to whom others praise.',
  ),
  switching: measured(
    [0.047, 0.18, 0.29, 0.41],
    'consensus, switches per round by share of opposing neighbours: about 170, 74, 38 and 37 observations.',
  ),
  repair: measured(
    [1, 1, 1, 0.85, 0.75, 0.68, 0.62, 0.59, 0.5, 0.42, 0.35],
    'coloring, changes of a group with a known clash: 1.0 at round 2, .59 at 7, .35 at 10, .72 over all (208 agent-rounds).',
  ),
  repairSymmetry: derived(
    1,
    'coloring, of 233 clashing edges both ends change in .61, one in .29, none in .09: no rule for who gives way shows.',
  ),
  finalRepair: measured(
    0.91,
    'coloring, the final answer differs from the last claim in .91 of known clashes.',
  ),
  verification: measured(
    0.9,
    'coloring, a new group avoids what neighbours have claimed: .89 to .92 (194 changes).',
  ),
  drift: measured(
    {
      default: 0.21,
      tasks: { consensus: 0.006, matching: 0.01, 'leader-election': 0, 'vertex-cover': 0.05 },
    },
    'coloring, changes without known clash: .21 to .22 (201 agent-rounds), .18 where every claim is explicit (250); consensus, with no neighbour opposing: .006 (1064). The other three: assumed.',
  ),
  finalChange: measured(
    { default: 0.21, tasks: { consensus: 0, matching: 0.01, 'leader-election': 0, 'vertex-cover': 0.05 } },
    'coloring, the final answer differs from the last claim without clash: .21, or .13 counted strictly (6 of 45); consensus: near 0 when all neighbours agree. The other three: as drift.',
  ),
  omission: measured(
    { default: 0, tasks: { matching: 0.045 } },
    'silent neighbours per round: .04 to .05 in matching, about 0 elsewhere.',
  ),
  inconsistency: measured(
    { default: 0.025, tasks: { consensus: 0.033 } },
    'another stance to one neighbour in the same round: coloring .02 to .03; consensus .033 (46 of 1396 agent-rounds).',
  ),
  invention: fitted(
    0.0015,
    'leader election: names of nobody turn up in 2 of 11 runs, about 1900 agent-rounds. Other tasks: the same is assumed.',
  ),
  relay: fitted(0.5, 'leader election: the names of nobody reach 7 of 8 and 6 of 16 agents.'),
  malformed: measured(0.0035, 're-prompts per call: .003 to .0041 (60 of 14,484 calls).'),
  malformedAnswer: derived(
    0.009,
    'final answers missing after the re-prompt: 3 of 1474 agents, divided by .23.',
  ),
  retryFailure: measured(0.23, 'still not readable after the re-prompt: 14 of 60.'),
  malformedCauses: measured(
    [16, 9, 4, 24],
    'trailing comma, unknown key, escaped newline, other: 16, 9, 4, 24 of 53.',
  ),
  private: assumed(
    0,
    'Reported in AgentsNet (section 5.4) without a rate, and not to be seen in claims; off by default.',
  ),
  propose: fitted(
    0.12,
    'the strategy layer as a whole: solved fractions and kinds of failure of the three tasks.',
  ),
  sound: fitted(
    { default: 0.5, tasks: { 'leader-election': 0.08, 'vertex-cover': 0.1 } },
    'the same; in leader election nearly all talk of qualities, one agent in 16 of the highest identifier.',
  ),
  adoptStrategy: assumed(
    0.93,
    'As `adopt`: AgentsNet (section 5.4) reports that proposed strategies are mostly accepted.',
  ),
  silentAdoption: assumed(0.3, 'Reported in AgentsNet (section 5.4) without a rate; see `private`.'),
  slip: fitted(0.1, 'solved fractions of matching and vertex cover.'),
  dither: fitted(
    { default: 0.5, tasks: { matching: 0.6 } },
    'solved fractions of matching and vertex cover: offers and promises are put off from round to round.',
  ),
  prune: fitted(0.02, 'vertex cover: of 9 recorded runs 1 solved, 5 full but redundant, 3 incomplete.'),
  resign: fitted(
    0.5,
    'matching: in the failed run on 4 two neighbours of one another answer None, each believing the others taken.',
  ),
  modesty: fitted(
    0.55,
    'leader election: of 11 recorded runs 5 without leader (all on 8 or fewer), 2 with one, 4 with two or three.',
  ),
  quorum: fitted(
    0.5,
    'leader election: who led in the recorded run on 16 had been praised by a neighbour in two or three.',
  ),
};

/**
 * Sizes of its conversations, in tokens. Measured over 9709 calls (R2 .97): prompt 328 + 409 r + 82 r d at call r of an
 * agent with d neighbours; it writes 314 + 40 d, and 281 at the last call. What it wrote is read again at the next
 * call, so that 409 - 314 remain for the request and 82 - 40 for each message heard.
 */
export const gpt4oMiniConversation: ConversationSizes = {
  system: 328,
  request: 95,
  heard: 42,
  thought: 314,
  said: 40,
  final: 281,
};
