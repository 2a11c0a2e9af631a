// The claims of the fast suite, over all of their runs, and of larger groups.
import './committed-minority.test.ts';
