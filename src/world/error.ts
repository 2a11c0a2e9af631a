/** One thing wrong with what an author wrote: where it stands, and what is wrong with it and how to mend it. */
export interface Issue {
  /** The place, as written by the author: `topology.k`, `answers[3]`; empty for the whole. */
  readonly path: string;
  /** What was expected, what was found, and the remedy. */
  readonly message: string;
}

/** The author's fault, never ours: a scenario, file or option that cannot be run. Lists every issue found. */
export class ScenarioError extends Error {
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[]) {
    super(issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('\n'));
    this.name = 'ScenarioError';
    this.issues = issues;
  }
}
