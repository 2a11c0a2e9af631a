// The claims of the fast suite, over all of their graphs.
import './graph-statistics.test.ts';
