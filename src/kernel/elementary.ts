/**
 * Logarithm and exponential whose last digit is the same on every engine. The language leaves the accuracy of
 * `Math.log` and `Math.exp` to the engine; a run that used them could differ between Node and a browser.
 * Both follow fdlibm (Sun Microsystems, 1993: e_log.c, e_exp.c) and use only + - * / and the bits of a double,
 * which the language fixes exactly. Errors are below one unit in the last place.
 */

const FLOAT = new Float64Array(1);
const WORDS = new Int32Array(FLOAT.buffer);
FLOAT[0] = 1;
/** Where a double keeps its sign and exponent: 1 on little-endian machines, 0 on big-endian ones. */
const HIGH = WORDS[1] === 0x3ff00000 ? 1 : 0;
const LOW = 1 - HIGH;

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const TWO_54 = 18014398509481984;

/** The natural logarithm: -Infinity at 0, NaN below. */
export function ln(x: number): number {
  FLOAT[0] = x;
  let high = WORDS[HIGH]!;
  let exponent = 0;
  if (high < 0x00100000) {
    if (((high & 0x7fffffff) | WORDS[LOW]!) === 0) return -Infinity;
    if (high < 0) return NaN;
    // Subnormal numbers are scaled up to have a leading one.
    exponent = -54;
    FLOAT[0] = x * TWO_54;
    high = WORDS[HIGH]!;
  }
  if (high >= 0x7ff00000) return x + x;
  exponent += (high >> 20) - 1023;
  high &= 0x000fffff;
  // x = 2^exponent * (1 + f) with sqrt(2)/2 < 1 + f < sqrt(2).
  const carry = (high + 0x95f64) & 0x100000;
  WORDS[HIGH] = high | (carry ^ 0x3ff00000);
  exponent += carry >> 20;
  const f = FLOAT[0]! - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const odd = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const even =
    z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  const rest = even + odd;
  const half = 0.5 * f * f;
  return exponent * LN2_HIGH - (half - (s * (half + rest) + exponent * LN2_LOW) - f);
}

/** e to the power x: Infinity above 709.78, 0 below -745.13. */
export function exp(x: number): number {
  if (x > 709.782712893384) return Infinity;
  if (x < -745.1332191019411) return 0;
  if (Number.isNaN(x)) return x;
  let high = x;
  let low = 0;
  let exponent = 0;
  if (x > 0.34657359027997264 || x < -0.34657359027997264) {
    exponent = (Math.LOG2E * x + (x < 0 ? -0.5 : 0.5)) | 0;
    high = x - exponent * LN2_HIGH;
    low = exponent * LN2_LOW;
  } else if (x < 3.725290298461914e-9 && x > -3.725290298461914e-9) return 1 + x;
  const r = high - low;
  const t = r * r;
  const c =
    r -
    t *
      (0.16666666666666602 +
        t *
          (-0.0027777777777015593 +
            t * (0.00006613756321437934 + t * (-0.0000016533902205465252 + t * 4.1381367970572385e-8))));
  if (exponent === 0) return 1 - ((r * c) / (c - 2) - r);
  FLOAT[0] = 1 - (low - (r * c) / (2 - c) - high);
  if (exponent >= -1021) {
    if (exponent === 1024) return FLOAT[0]! * 2 * 8.98846567431158e307;
    WORDS[HIGH] = WORDS[HIGH]! + (exponent << 20);
    return FLOAT[0]!;
  }
  WORDS[HIGH] = WORDS[HIGH]! + ((exponent + 1000) << 20);
  return FLOAT[0]! * 9.332636185032189e-302;
}
