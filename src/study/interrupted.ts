/** A run was given up before its end; what was answered until then is on its cassette. */
export class Interrupted extends Error {}
