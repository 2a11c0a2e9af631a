// The claims of the fast suite, over all of their graphs.
import './sparse-graphs.test.ts';
