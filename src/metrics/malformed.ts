import { z } from 'zod';
import { UNPARSED } from '../agentsnet/codes.ts';
import { answeredIn, isQuestion, type MalformedCause } from '../agentsnet/talk.ts';
import type { Metric, MetricPlan } from '../world/contracts.ts';
import { part } from '../world/part.ts';

/**
 * Output that could not be read, as AgentsNet counts it. Counted apart: it never becomes anybody's answer in silence.
 */
export const malformed = part({
  name: 'malformed',
  summary: 'Output that could not be read, the questions put again for it, and what was lost all the same.',
  params: z.strictObject({}),
  create: (): MetricPlan => ({ columns, begin }),
});

const columns = {
  malformed: 'answers that were not as asked for',
  retries: 'questions put again',
  messageFailures: 'calls whose messages were lost after that',
  answerFailures: 'agents without an answer after that',
  trailingComma: 'malformed answers with a comma too many',
  unknownKey: 'malformed answers with a key that was not asked for',
  escapedNewline: 'malformed answers with an escaped line break',
  otherMalformed: 'malformed answers of any other cause',
};

function begin(): Metric {
  const causes: Record<MalformedCause, number> = {
    'trailing-comma': 0,
    'unknown-key': 0,
    'escaped-newline': 0,
    other: 0,
  };
  let retries = 0;
  let messageFailures = 0;
  let answerFailures = 0;
  let isAsked = false;
  return {
    ask(_agent, question) {
      if (!isQuestion(question)) return;
      isAsked = true;
      if (question.attempt === 1) retries++;
    },
    answer(_agent, question, { value }) {
      const answered = answeredIn(value);
      if (answered?.kind !== 'malformed') return;
      causes[answered.cause]++;
      if (isQuestion(question) && question.attempt === 1 && question.kind === 'message') messageFailures++;
    },
    decide(_agent, value) {
      if (value === UNPARSED) answerFailures++;
    },
    finish() {
      const count = (it: number): number => (isAsked ? it : Number.NaN);
      return {
        malformed: count(
          causes['trailing-comma'] + causes['unknown-key'] + causes['escaped-newline'] + causes.other,
        ),
        retries: count(retries),
        messageFailures: count(messageFailures),
        answerFailures: count(answerFailures),
        trailingComma: count(causes['trailing-comma']),
        unknownKey: count(causes['unknown-key']),
        escapedNewline: count(causes['escaped-newline']),
        otherMalformed: count(causes.other),
      };
    },
  };
}
