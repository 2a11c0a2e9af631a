// The claims of the fast suite, over all of their runs.
import './claims.test.ts';
