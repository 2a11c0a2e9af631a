// The claims of the fast suite, over all of their runs, and of larger groups.
import './voter-times.test.ts';
