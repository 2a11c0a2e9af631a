// The claims of the fast suite, over all of their runs.
import './nulls.test.ts';
