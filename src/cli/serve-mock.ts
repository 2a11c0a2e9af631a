import type { CommandModule } from 'yargs';
import { conformist } from '../models/mock-mind.ts';
import { type MockFault, mockFaults, serveMock } from '../models/serve-mock.ts';
import { ScenarioError } from '../world/error.ts';
import { commandLine } from './command-line.ts';
import { interruptible } from './interrupt.ts';
import { wholeNumber } from './scenario-source.ts';
import { print } from './terminal.ts';

interface ServeMockArguments {
  readonly port: string;
  readonly faults?: string | undefined;
  readonly delay: string;
  readonly conformity?: string | undefined;
}

/** `synod serve-mock`: a server that stands in for a model. */
export const serveMockCommand: CommandModule<object, ServeMockArguments> = {
  command: 'serve-mock',
  describe: 'Serve a stand-in for a language model on this machine: try a live run without a key',
  builder: (yargs) =>
    yargs
      .options({
        port: { type: 'string', requiresArg: true, default: '8765', describe: 'The port on 127.0.0.1' },
        faults: {
          type: 'string',
          requiresArg: true,
          describe: `What goes wrong: 429@3 with the third request, 500/10 with every tenth; of ${mockFaults.join(', ')}`,
        },
        delay: {
          type: 'string',
          requiresArg: true,
          default: '1000',
          describe: 'Milliseconds that slow answers are silent and that 429 asks to wait',
        },
        conformity: {
          type: 'string',
          requiresArg: true,
          describe: 'How strongly it follows a majority of opinions: beta of (1 + tanh(beta m)) / 2',
        },
      })
      .example(
        '$0 serve-mock --faults 429/20,cut@7',
        'and in another terminal: run agentsnet --model mock/any',
      ),
  handler: async (args) => {
    const fault = args.faults === undefined ? () => undefined : scriptOf(args.faults);
    const port = wholeNumber('--port', args.port, 0, 65_535);
    const delay = wholeNumber('--delay', args.delay, 0, 600_000);
    const answer = args.conformity === undefined ? {} : { answer: conformist(strengthOf(args.conformity)) };
    const server = await serveMock({ port, fault, delay, ...answer });
    print(`Listening on ${server.baseUrl}. Ctrl-C ends it. In another terminal:`);
    const address = server.baseUrl.endsWith(':8765/v1') ? [] : ['--base-url', server.baseUrl];
    print(`  ${commandLine('run', ['agentsnet', 'topology.agents=8', '--model', 'mock/any', ...address])}`);
    await interruptible(
      (signal) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
    );
    print(`Served ${server.requests} requests.`);
    await server.close();
  },
};

function strengthOf(text: string): number {
  const beta = Number(text);
  if (text.trim() !== '' && Number.isFinite(beta)) return beta;
  throw new ScenarioError([
    { path: '--conformity', message: `must be a number such as 2.5, but is ${text}` },
  ]);
}

/** Reads `429@3,500/10`. */
function scriptOf(text: string): (n: number) => MockFault | undefined {
  const rules = text.split(',').map((rule) => {
    const match = /^(.+?)([@/])(\d+)$/.exec(rule.trim());
    const fault = mockFaults.find((it) => it === match?.[1]);
    const number = Number(match?.[3]);
    if (match && fault !== undefined && number > 0)
      return { fault, applies: (n: number): boolean => (match[2] === '@' ? n === number : n % number === 0) };
    const message = `must be FAULT@N or FAULT/N, such as 429@3, with one of ${mockFaults.join(', ')}, but has ${rule}`;
    throw new ScenarioError([{ path: '--faults', message }]);
  });
  return (n) => rules.find(({ applies }) => applies(n))?.fault;
}
