import { basename, extname, resolve } from 'node:path';
import { cassetteModes, type ProviderName, providerNames } from '../scenario/model.ts';
import { ScenarioError } from '../world/error.ts';

/** What commands take that let a model answer. */
export interface ModelArguments {
  readonly model?: string | undefined;
  readonly 'base-url'?: string | undefined;
  readonly cassette?: string | undefined;
  readonly 'cassette-mode'?: string | undefined;
  readonly prompts?: string | undefined;
}

/** Their options, for yargs. */
export const modelOptions = {
  model: {
    type: 'string',
    requiresArg: true,
    describe: 'A language model answers: PROVIDER/NAME, such as ollama/llama3.2 or mock/any',
  },
  'base-url': { type: 'string', requiresArg: true, describe: 'Where the model is served' },
  cassette: {
    type: 'string',
    requiresArg: true,
    describe: 'The file that answers are recorded on and replayed from (.jsonl, .jsonl.gz)',
  },
  'cassette-mode': {
    choices: cassetteModes,
    requiresArg: true,
    describe:
      'strict: replay only; auto: replay, ask for the rest; anywhere: the same, whichever address it was recorded at; record: ask for all; live: record nothing',
  },
  prompts: { type: 'string', requiresArg: true, describe: 'A folder of templates that replace our prompts' },
} as const;

/** The same as replacements of what the scenario says; `isNamed` where that may name a model itself. */
export function modelOverrides(args: ModelArguments, scenario: string, isNamed = false): string[] {
  const set = (key: string, value: string): string => `model.${key}=${JSON.stringify(value)}`;
  const overrides: string[] = [];
  if (args.model === undefined && !isNamed) {
    const alone = (['prompts', 'base-url', 'cassette-mode'] as const).find((key) => args[key] !== undefined);
    if (alone !== undefined) {
      const message =
        'needs --model, such as --model mock/any: neither the command nor the scenario names a model';
      throw new ScenarioError([{ path: `--${alone}`, message }]);
    }
  }
  if (args.model !== undefined) {
    const { provider, model } = namedModel(args.model);
    overrides.push(set('provider', provider), set('model', model));
  }
  if (args['base-url'] !== undefined) overrides.push(set('baseUrl', args['base-url']));
  const mode = args['cassette-mode'];
  const cassette = cassetteOf(args, scenario);
  if (cassette !== undefined) overrides.push(set('cassette', resolve(cassette)));
  if (mode !== undefined) overrides.push(set('mode', mode));
  if (args.prompts !== undefined) overrides.push(set('prompts', resolve(args.prompts)));
  return overrides;
}

/** Answers of a model that was named here are recorded in any case: they may have been paid for. */
function cassetteOf(
  { cassette, model, 'cassette-mode': mode }: ModelArguments,
  scenario: string,
): string | undefined {
  if (cassette !== undefined || model === undefined || mode === 'live') return cassette;
  const name = [basename(scenario, extname(scenario)), model].join('-').replace(/[^\w.-]+/g, '-');
  return `results/${name}.cassette.jsonl`;
}

/** The words that replay the same run from its recording. */
export function replayWords(args: ModelArguments, scenario: string): string[] {
  const cassette = cassetteOf(args, scenario);
  const words = (name: keyof ModelArguments): string[] =>
    args[name] === undefined ? [] : [`--${name}`, args[name]];
  if (cassette === undefined) return [...words('model'), ...words('base-url'), ...words('prompts')];
  return [...words('model'), ...words('prompts'), '--cassette', cassette, '--cassette-mode', 'strict'];
}

function namedModel(text: string): { readonly provider: ProviderName; readonly model: string } {
  const at = text.indexOf('/');
  const first = text.slice(0, Math.max(0, at));
  const provider = providerNames.find((name) => name === first);
  if (provider !== undefined && at + 1 < text.length) return { provider, model: text.slice(at + 1) };
  const message = `must be PROVIDER/NAME, such as openai/gpt-4o-mini, but is ${text}; providers are ${providerNames.join(', ')}`;
  throw new ScenarioError([{ path: '--model', message }]);
}
