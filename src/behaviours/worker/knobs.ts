import { z } from 'zod';
import { probability } from '../../world/part.ts';

const tokens = z.number().min(0);

const each = z.strictObject({
  skill: z
    .number()
    .default(0)
    .describe('Added to the log-odds of getting an item right; 0 leaves the chances of the task.'),
  small: z.number().default(-2).describe('The same for the small model, where a protocol calls one.'),
  models: z
    .strictObject({
      small: z.string().describe('The model of steps that are handed to a small one.'),
      large: z.string().describe('The model of all other steps.'),
    })
    .optional()
    .describe(
      'Names of the models, as price tables know them; left out, all calls are of the one of the scenario.',
    ),
  effort: z
    .number()
    .positive()
    .default(1)
    .describe('Useful effort per token written, against costs of items.'),
  field: tokens.default(100).describe('Tokens of one field in a document that has all of them.'),
  preamble: tokens
    .default(0)
    .describe(
      'Tokens written at the beginning of each piece of work, to restate role and plan, that do no work.',
    ),
  recall: probability
    .default(0)
    .describe('Verification: chance that a wrong claim is found out when checked.'),
  falseAlarm: probability.default(0).describe('Verification: chance that a right claim is doubted.'),
  auc: probability
    .min(0.5)
    .default(0.75)
    .describe(
      'Router: chance that it finds an item that the small model gets wrong harder than one that it gets right.',
    ),
  premature: probability
    .default(0)
    .describe('Chance that a turn which does not get its item done takes it for done all the same, wrongly.'),
  repair: probability
    .default(0)
    .describe('Chance that a reviewer puts right what it doubts; otherwise the item is open again.'),
  loss: probability.default(0).describe('Hand-off: chance that a claim is lost on whoever takes it over.'),
  overlap: probability
    .default(0)
    .describe('Search: share of effort that goes where all others look too, so that it counts once.'),
  correlation: probability
    .default(0)
    .describe('Chance that an answer is the one that all would give, right or wrong, and not its own.'),
  selfCheck: probability.default(0).describe('Chance that a spare turn finds out one of the own errors.'),
  interference: probability
    .default(0)
    .describe('Chance that a corrupted text read earlier, and still in context, confuses a later item.'),
  malformed: probability.default(0).describe('Chance that a sampled answer cannot be read.'),
  system: tokens.default(500).describe('Tokens of system text and task, the same for all agents.'),
  tools: tokens.default(0).describe('Tokens of tool schemas in every context.'),
  request: tokens
    .default(50)
    .describe('Tokens of each request, and the fixed length of every report, claims left out.'),
  thought: tokens.default(500).describe('Tokens written in a turn before anything is reported.'),
  claim: tokens.default(40).describe('Tokens of one claim in a report.'),
  memory: z
    .strictObject({
      entries: z.int().min(0).max(1_000_000).describe('How many notes of earlier work are in every context.'),
      rent: tokens.default(100).describe('Tokens of a note.'),
      hit: probability.default(0.05).describe('Chance that a note spares the search for an item.'),
    })
    .optional()
    .describe(
      'Memory outside the model: what is noted need not be found again, but all notes are read at every call.',
    ),
  skills: z
    .strictObject({
      count: z.int().min(0).max(1_000_000).describe('How many written procedures are in every context.'),
      rent: tokens.default(200).describe('Tokens of a procedure.'),
      hit: probability.default(0.05).describe('Chance that a procedure is about an item; several may be.'),
      gain: z.number().default(1).describe('Added to the log-odds of getting such an item right.'),
    })
    .optional()
    .describe('Procedures outside the model: they make items surer, and all of them are read at every call.'),
  contracts: z
    .strictObject({
      count: z
        .int()
        .min(0)
        .max(1_000_000)
        .describe('How many agreed forms of messages are in every context.'),
      rent: tokens.default(200).describe('Tokens of a form.'),
      hit: probability
        .default(0.05)
        .describe('Chance that a form covers what is handed over of an item; several may.'),
    })
    .optional()
    .describe(
      'Interaction protocols outside the model: what a form covers is never lost on who takes it over, and all forms are read at every call.',
    ),
  channel: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('text') }),
      z.strictObject({
        kind: z.literal('latent'),
        steps: z.int().min(0).default(40).describe('Latent steps in place of what would be written.'),
        bytesPerToken: z
          .number()
          .positive()
          .default(147_456)
          .describe(
            'Keys and values of a token: 2 x layers x heads x width x bytes; of Qwen3-8B at 16 bits by default.',
          ),
      }),
    ])
    .default({ kind: 'text' })
    .describe('How workers of one model hand on: in words, or as keys and values, of which nothing is lost.'),
  window: z
    .number()
    .positive()
    .optional()
    .describe('Tokens that a call can read and write together; left out, there is no bound.'),
  overflow: z
    .discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('truncate'),
        leaves: z
          .number()
          .gt(0)
          .lt(1)
          .default(0.5)
          .describe('Share of the window filled afterwards, at most.'),
      }),
      z.strictObject({
        kind: z.literal('summarise'),
        ratio: z
          .number()
          .gt(0)
          .lt(1)
          .default(0.1)
          .describe('Tokens of the summary for each token summarised.'),
        keeps: probability.default(0.7).describe('Chance that the summary still tells what was found.'),
      }),
    ])
    .default({ kind: 'truncate', leaves: 0.5 })
    .describe('What is done when a call does not fit into the window; what is lost must be found again.'),
});

/** What a worker is like. Each knob is one mechanism; at its neutral value the mechanism is off. */
export const knobs = each.superRefine((it, context) => {
  const { channel, models, window } = it;
  if (channel.kind === 'latent' && models !== undefined && models.small !== models.large) {
    const message = `must be text between different models (${models.small}, ${models.large}), which cannot read each other's keys and values; give both the same model, or leave \`models\` out`;
    context.addIssue({ code: 'custom', path: ['channel', 'kind'], message });
  }
  const least = it.system + it.tools + notesOf(it) + it.request + it.thought;
  if (window !== undefined && window < least) {
    const message = `must leave room for system text, tools, notes, one request and one thought, ${least} tokens in all, but is ${window}; widen it, or shorten them`;
    context.addIssue({ code: 'custom', path: ['window'], message });
  }
});

/** Tokens of memory, skills and agreed forms, which are in every context. */
export const notesOf = ({
  memory,
  skills,
  contracts,
}: Pick<z.infer<typeof each>, 'memory' | 'skills' | 'contracts'>): number =>
  (memory ? memory.entries * memory.rent : 0) +
  (skills ? skills.count * skills.rent : 0) +
  (contracts ? contracts.count * contracts.rent : 0);

export type Knobs = z.infer<typeof knobs>;
