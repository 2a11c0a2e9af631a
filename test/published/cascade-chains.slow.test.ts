// The claims of the fast suite, over all of their runs.
import './cascade-chains.test.ts';
