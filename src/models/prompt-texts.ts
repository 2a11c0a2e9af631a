/*
 * What agents are told, in this project's own words. What they are told (how many there are, their names, the rounds, the
 * form of messages, the question at the end, what was heard and from whom nothing came) is that of the published protocols:
 * AgentsNet (arXiv 2507.08616), the game of "Can AI Agents Agree?" (arXiv 2603.01213), and for opinions arXiv 2409.02822.
 * Architectures work on sums, which can be got right or wrong without knowledge of anything.
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
  'opinion-system': `
You are {{name}}, one of {{agents}} members of a group. Each member holds one opinion, which may change. The names of opinions mean nothing.`,
  'opinion-look': `
{{own}}
You see what {{count}} members hold, in no particular order: {{seen}}.
{{think}}Which opinion do you hold from now on, {{options}}? Answer with a JSON object: {"opinion": YOUR CHOICE}.`,
  'opinion-meeting': `
{{own}}
You meet {{other}}, who holds {{seen}}.
{{think}}Which opinion do you hold from now on, {{options}}? Answer with a JSON object: {"opinion": YOUR CHOICE}.`,
  'opinion-alone': `
{{own}}
You see nobody.
{{think}}Which opinion do you hold from now on, {{options}}? Answer with a JSON object: {"opinion": YOUR CHOICE}.`,
  'opinion-own': 'You hold {{opinion}}.',
  'opinion-none': 'You hold no opinion yet.',
  'opinion-again':
    'Your answer could not be read. Write {"opinion": YOUR CHOICE}, with {{options}}, and nothing else.',
  'work-system': `
You are {{name}}, one of {{agents}} agents. You work on a sheet of {{items}} items, together or apart, as you will be told. Each item comes to a number from 0 to 999: after each step keep the last three digits only. An item is of use only if it is right, and everything that it begins with is right too.

The sheet:
{{sheet}}`,
  'work-alone': `
You are {{name}}, one of {{agents}} agents. You are asked about one item of a sheet. An item comes to a number from 0 to 999: after each step keep the last three digits only.`,
  'work-act': `
{{heard}}
So far you hold: {{held}}.
{{scope}}
{{afresh}}
{{amount}} {{cap}}
{{think}}Answer with a JSON object of what you hold for right: {"results": {"1": NUMBER, "2": NUMBER}}, with the items by number. What others report and you take over belongs there too; leave out what you do not know.`,
  'work-all': 'All items are yours to do.',
  'work-scope': 'Yours to do: {{scope}}.',
  'work-afresh': 'Do them anew, whatever you held of them before.',
  'work-one': 'Do one more item in this turn.',
  'work-many': 'Do as many items in this turn as you can.',
  'work-cap': 'Write no more than {{cap}} tokens.',
  'work-plan': `
You lead. Before the work is handed out, say how it is best divided.
{{think}}Then answer with a JSON object of the items that you hold for known already, which may be none: {"results": {}}.`,
  'work-review': `
{{heard}}
So far you hold: {{held}}.
{{think}}Check what is reported. Answer with a JSON object of all items that you hold for right, put right where they were wrong, by number: {"results": {"1": NUMBER}}. What you leave out will be done again.`,
  'work-merge': `
{{heard}}
So far you hold: {{held}}.
{{think}}Put together what is known; where reports differ, go with the one that you hold for right. Answer with a JSON object, with the items by number: {"results": {"1": NUMBER}}.`,
  'work-select': `
{{heard}}
{{think}}Take over one of these reports whole: the one in which you doubt least. Answer with a JSON object: {"choice": "NAME"}.`,
  'work-sample': `
{{item}}
{{given}}
{{think}}What does it come to? Answer with a JSON object: {"result": NUMBER}.`,
  'work-check': `
{{item}}
{{given}}
It is claimed to come to {{number}}.
{{think}}Is that right? Answer with a JSON object: {"holds": true} or {"holds": false}.`,
  'work-route': `
{{item}}
{{given}}
{{think}}How likely is it that a small model gets this wrong? Answer with a JSON object: {"risk": CHANCE}, from 0 to 1.`,
  'work-again': 'Your answer could not be read. Write a JSON object such as {{example}}, and nothing else.',
  form: 'Write the answer as one JSON object with these fields: {{fields}}.',
  'probe-claim-system':
    'You are {{name}}, one of {{agents}} agents in a network who exchange messages with their neighbours.',
  'probe-claim': `
This is what your neighbours have told you so far:
{{heard}}

{{teller}} now tells you: "{{claim}}"
{{think}}Does what {{teller}} tells you hold, by all that you have been told? Answer with a JSON object: {"holds": true} or {"holds": false}.`,
  'probe-claim-again':
    'Your answer could not be read. Write {"holds": true} or {"holds": false}, and nothing else.',
} as const;

export type PromptName = keyof typeof promptTexts;

/** What may be filled in, by the beginning of a text's name. */
export const placeholders: Readonly<
  Record<'agentsnet' | 'game' | 'opinion' | 'work' | 'probe' | 'form' | 'think', readonly string[]>
> = {
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
  opinion: ['name', 'agents', 'own', 'count', 'seen', 'think', 'options', 'other', 'opinion'],
  work: [
    'name',
    'agents',
    'items',
    'sheet',
    'heard',
    'held',
    'scope',
    'afresh',
    'amount',
    'cap',
    'think',
    'item',
    'given',
    'number',
    'example',
  ],
  probe: ['name', 'agents', 'heard', 'teller', 'claim', 'think'],
  form: ['fields'],
  think: [],
};
