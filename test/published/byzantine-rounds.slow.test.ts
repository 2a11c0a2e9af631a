// The claims of the fast suite, over all of their runs.
import './byzantine-rounds.test.ts';
import './coloring-rounds.test.ts';
