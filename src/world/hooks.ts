import type { Observer } from './contracts.ts';

type Callback = Exclude<keyof Observer, 'start'>;

/** Observers by what they listen to, so that an event nobody listens to costs nothing. */
export type Hooks = { readonly [Name in Callback]: readonly Required<Pick<Observer, Name>>[] };

export function hooks(observers: readonly Observer[]): Hooks {
  const listening = <Name extends Callback>(name: Name) =>
    observers.filter((observer) => observer[name] !== undefined) as Required<Pick<Observer, Name>>[];
  return {
    round: listening('round'),
    send: listening('send'),
    deliver: listening('deliver'),
    drop: listening('drop'),
    timeout: listening('timeout'),
    ask: listening('ask'),
    answer: listening('answer'),
    spend: listening('spend'),
    decide: listening('decide'),
    recover: listening('recover'),
  };
}
