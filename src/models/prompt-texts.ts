/*
 * What agents are told, in this project's own words. What they are told (how many there are, their names, the rounds, the
 * form of messages, the question at the end, what was heard and from whom nothing came) is that of the published protocols:
 * AgentsNet (arXiv 2507.08616) and the game of "Can AI Agents Agree?" (arXiv 2603.01213).
 */

/** Texts by name; `{{name}}` stands for what is filled in. A line that is left empty goes. */
export const promptTexts = {
  'agentsnet-system': `
You are {{name}}, one of {{agents}} agents in a network. Each agent has a name of its own and can exchange messages with its direct neighbours only. Whoever is further away hears of something only if others pass it on.

The goal of the group: {{goal}}

How it goes:
- Your name: {{name}}
- Your neighbours: {{neighbours}}
{{given}}
- There are {{rounds}} rounds of messages. All agents write at the same time; what is written in one round is read at the beginning of the next.
- What you tell and what you ask is up to you. You may tell each neighbour something else, and you may leave some out.
- {{think}}Write your messages as one JSON object that maps names of neighbours to texts. An agent with the neighbours Rosa and Emil would write:
{
  "Rosa": "what Rosa is to read",
  "Emil": "what Emil is to read"
}
- After {{rounds}} rounds you will be asked: {{question}}`,
  'agentsnet-first': `
The first round begins; nobody has written yet. {{think}}Write the first messages to your neighbours ({{neighbours}}) as a JSON object.`,
  'agentsnet-round': `
What your neighbours wrote to you:

{{heard}}

{{silent}}

Rounds of messages that are left: {{left}}. {{last}}
{{think}}Write your next messages to your neighbours ({{neighbours}}) as a JSON object.`,
  'agentsnet-last': 'What you write now is the last thing that your neighbours will read of you.',
  'agentsnet-final': `
The rounds are over. What your neighbours wrote to you last:

{{heard}}

{{silent}}

{{think}}Now answer: {{question}}
Close with the line '{{marker}}' and, behind it, nothing but one of these answers: {{options}}`,
  'agentsnet-again': `
Your messages could not be read. Write them once more as one JSON object that maps names of neighbours ({{neighbours}}) to texts, in double quotes, without a comma behind the last one.`,
  'agentsnet-answer-again': `
Your answer could not be read. Write the line '{{marker}}' and, behind it, nothing but one of these answers: {{options}}`,
  'agentsnet-goal-coloring':
    'every agent joins one of {{groups}} groups, Group 1 to Group {{groups}}, such that no two neighbours are in the same group.',
  'agentsnet-goal-matching':
    'agents form pairs. Both of a pair must be neighbours and must name each other; nobody is in two pairs; and nobody stays alone who still has a neighbour that is alone.',
  'agentsnet-goal-vertex-cover':
    'some agents become coordinators, such that of any two neighbours at least one is a coordinator, and such that no coordinator is needless: each has a neighbour who is none.',
  'agentsnet-goal-leader-election': 'exactly one agent of the whole network becomes the leader.',
  'agentsnet-goal-consensus': 'all agents of the whole network choose the same value, which is 0 or 1.',
  'agentsnet-question-coloring':
    'Which group are you in? It must differ from the groups of all your neighbours.',
  'agentsnet-question-matching':
    'Which neighbour do you form a pair with? Say None only if all your neighbours are in pairs with others.',
  'agentsnet-question-vertex-cover': 'Are you a coordinator, Yes or No?',
  'agentsnet-question-leader-election': 'Are you the leader, Yes or No? Exactly one agent may say Yes.',
  'agentsnet-question-consensus': 'Which value do you choose?',
  'agentsnet-given': '- You were given the value {{input}}.',
  think: 'First think it through step by step. ',
  'game-system': `
You are {{name}}, one of {{agents}} agents who are to agree on one whole number from 0 to {{most}}. {{adversaries}}
{{given}}
In each round all agents propose a number at the same time, together with what they say for it in public; then all vote on whether to stop. When {{quorum}} of the votes are to stop, the game ends. The group has succeeded if all then hold the same number, and it is one that somebody was given.`,
  'game-given': 'You were given the number {{input}}.',
  'game-adversaries': 'Some of the others may not want you to agree, and may say what is not true.',
  'game-propose': `
Round {{round}}. {{own}}
{{heard}}
{{think}}Which number do you propose? Answer with a JSON object: {"value": NUMBER, "public_reasoning": "what all are to read"}. To propose none, write "abstain" in the place of the number.`,
  'game-vote': `
Round {{round}}: all have proposed. {{own}}
{{heard}}
{{think}}Shall the game stop here? Answer with a JSON object: {"decision": "stop"}, {"decision": "continue"} or {"decision": "abstain"}.`,
  'game-again':
    'Your last answer could not be read. Write one JSON object in the form that is asked for, and nothing behind it.',
} as const;

export type PromptName = keyof typeof promptTexts;

/** What may be filled in, by the beginning of a text's name. */
export const placeholders: Readonly<Record<'agentsnet' | 'game' | 'think', readonly string[]>> = {
  agentsnet: [
    'name',
    'agents',
    'neighbours',
    'rounds',
    'goal',
    'question',
    'given',
    'think',
    'heard',
    'silent',
    'left',
    'last',
    'marker',
    'options',
    'groups',
    'input',
  ],
  game: [
    'name',
    'agents',
    'most',
    'given',
    'quorum',
    'adversaries',
    'round',
    'own',
    'heard',
    'think',
    'input',
  ],
  think: [],
};
