import { z } from 'zod';
import { type Correction, type Saying, verdicts } from '../claims/talk.ts';
import { Keyed } from '../kernel/keyed.ts';
import type { ProtocolPlan, RoundProtocol, Seat, Setting } from '../world/contracts.ts';
import { count, part, probability } from '../world/part.ts';

const parameters = z.strictObject({
  adopt: probability.default(0.8).describe('Chance, per edge, that a false claim not detected is adopted.'),
  detect: probability
    .default(0.1)
    .describe('Chance, per edge, that a false claim is detected when it is told; its teller is corrected.'),
  review: probability
    .optional()
    .describe(
      'The same for what is told upwards, to an agent of lower number: the root of a tree is agent 0. As `detect` when left out.',
    ),
  heed: probability
    .default(1)
    .describe(
      'Chance that a correction is believed and passed on to all whom the false claim was told to or by.',
    ),
  invent: probability
    .default(0)
    .describe(
      'Chance that an agent that tells a true claim, the one who makes it included, makes it false, and believes it from then on. Whoever does not believe a false claim tells the true one.',
    ),
  plant: z.boolean().default(true).describe('Whether the first claim is false, so that an error is planted.'),
  rounds: count
    .max(100_000)
    .optional()
    .describe(
      'After how many rounds agents decide; left out, when a claim can have crossed the network three times.',
    ),
});

type Parameters = z.infer<typeof parameters>;

/**
 * Claims that are told on. Agent 0, or whoever the task gives the value to, makes a claim; whoever hears one for the first
 * time tells all its neighbours what it holds. A false claim is judged on each edge it is told along: detected, and its
 * teller corrected; else adopted, and told on once; else not believed. So each edge passes a false claim on with chance
 * adopt (1 - detect), as in bond percolation, and who ever held it does not depend on the order of events. A correction
 * goes back along the way the claim took, and on to the others who were told. Where agents invent, n agents in a row hand on the truth
 * with chance (1 - invent)^n.
 */
export const claims = part({
  name: 'claims',
  summary: 'Claims are told on along edges; a false one is adopted, detected and corrected, or not believed.',
  params: parameters,
  create: (params): ProtocolPlan => ({
    form: 'rounds',
    decides: ['values', 'news', 'bit'],
    begin: (setting) => begin(setting, params),
  }),
});

const perWord = 2.3283064365386963e-10;
const nothing = 0;
const truth = 1;
const falsehood = 2;

function begin(
  setting: Setting,
  { adopt, detect, review, heed, invent, plant, rounds }: Parameters,
): RoundProtocol<Saying> {
  const { agents, seed, inputs } = setting;
  const belief = new Uint8Array(agents);
  /** Whether an agent ever held the false claim: it tells it on once, and does not fall for it again once corrected. */
  const fell = new Uint8Array(agents);
  const spoke = new Uint8Array(agents);
  // Addressed by receiver and sender: the judgement of an edge does not depend on what else happens.
  const draw = new Keyed(seed, 'claims');
  const error = new Keyed(seed, 'claims/invent');
  const end = rounds ?? 3 * setting.diameter + 2;

  /** The i-th word of an edge's judgement, as a chance. */
  const judge = (from: number, to: number, word: 'w0' | 'w1' | 'w2'): number => {
    draw.at(to, from);
    return (draw[word] >>> 0) * perWord;
  };
  const detects = (from: number, to: number): boolean =>
    judge(from, to, 'w0') < (review !== undefined && to < from ? review : detect);

  const tell = (me: Player, isFalse: boolean, depth: number, source: number): void =>
    me.tellNeighbours({ kind: 'claim', isFalse, from: source, depth });
  const fall = (me: Player, depth: number, source: number): void => {
    belief[me.id] = falsehood;
    fell[me.id] = 1;
    spoke[me.id] = 1;
    tell(me, true, depth, source);
  };
  /** Says something true at first hearing, unless it makes an error of its own. */
  const speak = (me: Player, source: number): void => {
    if (spoke[me.id] === 1) return;
    spoke[me.id] = 1;
    error.at(me.id, 0);
    if ((error.w0 >>> 0) * perWord < invent) {
      fall(me, 0, me.id);
      return;
    }
    belief[me.id] = truth;
    tell(me, false, 0, source);
  };
  /** Takes it back before all whom it told, the one it had it from among them. */
  const retract = (me: Player, from: number): void => {
    if (belief[me.id] !== falsehood || judge(from, me.id, 'w2') >= heed) return;
    belief[me.id] = truth;
    me.tellNeighbours(passedOn);
  };
  const hear = (me: Player, from: number, saying: Saying): void => {
    if (saying.kind === 'correction') retract(me, from);
    else if (!saying.isFalse) speak(me, from);
    // Who fell for it has nothing to judge any more: it agrees, or has been told already that it is false.
    else if (fell[me.id] === 1) return;
    else if (detects(from, me.id)) {
      me.send(from, found);
      speak(me, from);
    } else if (judge(from, me.id, 'w1') < adopt) fall(me, saying.depth + 1, from);
    else speak(me, from);
  };
  const first = Math.max(
    0,
    inputs.findIndex((input) => !Number.isNaN(input)),
  );

  return {
    form: 'rounds',
    content: 'object',
    round(me, round, inbox) {
      if (round === 0 && me.id === first) {
        if (plant) fall(me, 0, me.id);
        else speak(me, me.id);
      }
      for (let i = 0; i < inbox.size; i++) hear(me, inbox.from(i), inbox.content(i));
      if (round === end) me.decide(belief[me.id] === falsehood ? verdicts.isFalse : verdicts.isTrue);
    },
    held: (agent) => (belief[agent] === nothing ? Number.NaN : belief[agent] === truth ? 1 : 0),
    forge: () => ({ kind: 'claim', isFalse: true, from: 0, depth: 0 }),
    // Whoever falls late tells the same falsehood as if it had fallen at once: it is lost on the same edges.
    topic: (saying) => (saying.kind === 'claim' ? (saying.isFalse ? 1 : 0) : saying.isOwn ? 2 : 3),
    digest: (saying) =>
      saying.kind === 'correction' ? (saying.isOwn ? -1 : -2) : 2 * saying.depth + (saying.isFalse ? 1 : 0),
    describe: (saying) => {
      if (saying.kind === 'claim')
        return saying.isFalse ? `claims what is false, told on ${saying.depth} times` : 'claims what is true';
      return saying.isOwn ? 'says that this is false' : 'passes on that this is false';
    },
  };
}

type Player = Seat<Saying>;

const found: Correction = { kind: 'correction', isOwn: true };
const passedOn: Correction = { kind: 'correction', isOwn: false };
