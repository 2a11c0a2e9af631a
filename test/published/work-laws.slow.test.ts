// The claims of the fast suite, over all of their runs.
import './work-architectures.test.ts';
import './work-counter-evidence.test.ts';
import './work-harness.test.ts';
import './work-laws.test.ts';
import './work-mechanisms.test.ts';
import './work-voting.test.ts';
