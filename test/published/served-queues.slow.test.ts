// The claims of the fast suite, over all of their runs.
import './served-queues.test.ts';
