import { options as allowedAnswers, answerMarker } from '../agentsnet/answers.ts';
import { readTaskName } from '../agentsnet/rules.ts';
import { groupsFor } from '../agentsnet/scorers.ts';
import { type Question, sayMessage } from '../agentsnet/talk.ts';
import type { Setting } from '../world/contracts.ts';
import { type Fill, formOf, type Prompter, thoughts } from './prompter.ts';
import { readJson } from './read-json.ts';

/** The words of AgentsNet. Its protocol reads the answers, as the benchmark does. */
export function agentsNetPrompter(setting: Setting, fill: Fill, reasoning: boolean): Prompter {
  const { graph, names, inputs } = setting;
  const task = readTaskName(setting.task.name);
  if (task === undefined) throw new Error(`agentsNetPrompter: ${setting.task.name} is none of its tasks`);
  const groups = groupsFor(graph);
  const rowOf = (agent: number): readonly number[] =>
    Array.from(graph.targets.subarray(graph.offsets[agent], graph.offsets[agent + 1]));
  const namesOf = (agent: number): string[] => rowOf(agent).map((neighbour) => names[neighbour]!);
  const allowed = (agent: number): readonly string[] =>
    allowedAnswers(task, { groups, neighbours: namesOf(agent) });
  const common = (agent: number, { rounds }: Question) => ({
    name: names[agent]!,
    agents: setting.agents,
    neighbours: namesOf(agent).join(', '),
    rounds,
    groups,
    goal: fill(`agentsnet-goal-${task}`, { groups }),
    question: fill(`agentsnet-question-${task}`, { groups }),
    marker: answerMarker,
    options: allowed(agent).join(', '),
    input: inputs[agent] ?? '',
    given: inputs.length > 0 ? fill('agentsnet-given', { input: inputs[agent]! }) : '',
  });
  return {
    remembers: () => true,
    system: (agent, question) => fill('agentsnet-system', common(agent, question as Question)),
    turn(agent, asked) {
      const question = asked as Question;
      const { kind, round, rounds, attempt, heard } = question;
      const values = common(agent, question);
      if (attempt === 1)
        return fill(kind === 'message' ? 'agentsnet-again' : 'agentsnet-answer-again', values);
      if (round === 0) return fill(kind === 'message' ? 'agentsnet-first' : 'agentsnet-final', values);
      const row = rowOf(agent);
      const silent = row.filter((_, i) => heard[i] === undefined).map((neighbour) => names[neighbour]);
      const left = rounds - round;
      return fill(kind === 'message' ? 'agentsnet-round' : 'agentsnet-final', {
        ...values,
        heard: row
          .flatMap((from, i) => {
            const content = heard[i];
            if (content === undefined) return [];
            return [`${names[from]} wrote:\n${sayMessage(content, setting, from, agent)}`];
          })
          .join('\n\n'),
        silent: silent.length > 0 ? `Nothing came from ${silent.join(', ')}.` : '',
        left,
        last: left === 1 ? fill('agentsnet-last', values) : '',
      });
    },
    form(agent, asked) {
      const thinking = thoughts(reasoning);
      if ((asked as Question).kind === 'final') {
        const answer = [{ type: 'string', enum: allowed(agent) }, 'Your answer.'] as const;
        return formOf('answer', { ...thinking, answer });
      }
      const texts = formOf(
        'messages',
        Object.fromEntries(namesOf(agent).map((name) => [name, [text, `What ${name} is to read.`]])),
      );
      const words = 'Your messages by name of the neighbour; an empty text for nothing.';
      return formOf('messages', { ...thinking, messages: [texts.schema, words] });
    },
    plain(written, _agent, question) {
      const isFinal = (question as Question).kind === 'final';
      const found = readJson(written, isFinal ? 'answer' : 'messages');
      if (found === undefined) return written;
      const thought =
        typeof found.thoughts === 'string' ? `${found.thoughts.replaceAll(/[{}]/g, ' ')}\n\n` : '';
      if (isFinal) return `${thought.replaceAll(answerMarker, '')}${answerMarker}\n${String(found.answer)}`;
      const said = Object.entries((found.messages ?? {}) as object).filter(
        ([, it]) => it !== '' && it !== null,
      );
      return `${thought}${JSON.stringify(Object.fromEntries(said), null, 2)}`;
    },
  };
}

const text = { type: 'string' };
