// Reads a nested list of numbers of a text of JSON as doubles, each exactly the one that JSON.parse makes of it. `nx kernel protocol` compiles it
// to numbers.wasm. It sees the text through a window, behind whose end stand zeros; nothing here is static but a table, and nothing is on a stack.

typedef unsigned char u8;
typedef unsigned int u32;
typedef int i32;
typedef unsigned long long u64;
typedef long long i64;
typedef double f64;

enum { DEEPEST = 32 };

// What became of a window: the list ended in it; the window ended in the list; a number is to be read by the caller; this is no such list.
enum { DONE, MORE, ASK, NONE };

// Where the list begins, all is 0 but the sizes, which are −1: not known.
typedef struct {
  u32 at, end;         // where to go on; of a number that is asked for, its end
  u32 count;           // numbers written for this window, that which is asked for among them
  i32 depth, rank;     // lists that are open; levels of the whole, once there is a number
  i32 after;           // whether a value has just ended
  i32 large;           // whether a number was beyond 2^53 - 1, where integers are not themselves any more
  i32 sizes[DEEPEST + 1], counts[DEEPEST + 1]; // by level: of each list; of those that are open, so far
} List;

static const f64 powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                             1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}; // all that a double holds
enum { MOST_DIGITS = 18, MOST_POWER = 22 };

static inline int is_digit(u8 c) { return (u8)(c - '0') <= 9; }
static inline int is_blank(u8 c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

static inline u64 load(const u8 *p) {
  u64 eight;
  __builtin_memcpy(&eight, p, 8);
  return eight;
}

// Eight digits at once (D. Lemire, Number parsing at a gigabyte per second, 2021, who names J. Fisher and W. Muła).
static inline int are_digits(u64 eight) {
  u64 high = 0xF0F0F0F0F0F0F0F0, above_nine = eight + 0x0606060606060606;
  return ((eight & high) | ((above_nine & high) >> 4)) == 0x3333333333333333;
}
static inline u64 value_of(u64 eight) {
  eight = (eight & 0x0F0F0F0F0F0F0F0F) * 2561 >> 8;
  eight = (eight & 0x00FF00FF00FF00FF) * 6553601 >> 16;
  return (eight & 0x0000FFFF0000FFFF) * 42949672960001 >> 32;
}

static inline const u8 *digits(const u8 *p, u64 *digits) {
  u64 eight, value = *digits;
  for (; are_digits(eight = load(p)); p += 8) value = value * 100000000 + value_of(eight);
  for (; is_digit(*p); p++) value = value * 10 + (*p - '0');
  *digits = value;
  return p;
}

// digits / 10^power, rounded as JSON.parse rounds it. Of more digits than a double holds, quotient and remainder are two doubles that are off by less
// than 2^-100 of the quotient: where that much more or less would be rounded alike, the rounding is right (A. Ziv, 1991), else there is doubt.
static inline f64 quotient(u64 digits, i32 power, int *doubt) {
  f64 divisor = powers[power], dividend = (f64)(i64)digits;
  if (digits <= 1ull << 53) return dividend / divisor;
  f64 rest = (f64)((i64)digits - (i64)dividend);
  f64 quotient = dividend / divisor;
  // quotient × divisor as two doubles, without error (T. J. Dekker, 1971)
  f64 split = 134217729.0 * quotient, high = split - (split - quotient), low = quotient - high;
  f64 by = 134217729.0 * divisor, by_high = by - (by - divisor), by_low = divisor - by_high;
  f64 product = quotient * divisor;
  f64 error = ((high * by_high - product) + high * by_low + low * by_high) + low * by_low;
  f64 remainder = ((dividend - product) - error + rest) / divisor;
  f64 off = quotient * 0x1p-100;
  f64 value = quotient + (remainder + off);
  *doubt = value != quotient + (remainder - off);
  return value;
}

// Four zeros, each with its comma: `0,0,0,0,`. Inputs that are mostly zeros are mostly these.
static const u64 zeros = 0x2c302c302c302c30;

__attribute__((export_name("read"))) i32 read(const u8 *text, u32 length, f64 *out, List *list) {
  const u8 *p = text + list->at, *end = text + length, *token;
  i32 depth = list->depth, rank = list->rank, count = list->counts[depth], after = list->after, state = NONE;
  f64 *to = out + list->count;
  if (after) goto after_value;

value:
  while (is_blank(*p)) p++;
  token = p;
  if (*p == '[') {
    if (depth == DEEPEST) goto stop;
    list->counts[depth++] = count;
    count = 0;
    p++;
    goto value;
  }
  if (*p != '-' && !is_digit(*p)) goto unexpected;
  if (!rank) rank = depth;
  if (depth != rank || !depth) goto stop;
  for (; load(p) == zeros; p += 8, to += 4, count += 4) to[0] = to[1] = to[2] = to[3] = 0;

  token = p;
  {
    u64 number = 0;
    i32 significant = 0, power = 0;
    int negative = *p == '-', doubt = 0;
    if (negative) p++;
    if (*p == '0') p++;
    else {
      const u8 *first = p;
      p = digits(p, &number);
      significant = p - first;
      if (!significant) goto unexpected;
    }
    if (*p == '.') {
      const u8 *point = ++p;
      if (!significant) while (*p == '0') p++;
      const u8 *first = p;
      p = digits(p, &number);
      significant += p - first;
      power = p - point;
      if (!power) goto unexpected;
    }
    if (*p == 'e' || *p == 'E') {
      i32 exponent = 0;
      int below = *++p == '-';
      if (below || *p == '+') p++;
      const u8 *first = p;
      for (; is_digit(*p); p++) if (exponent < 100000) exponent = exponent * 10 + (*p - '0');
      if (p == first) goto unexpected;
      power += below ? exponent : -exponent;
    }
    if (p == end) goto unexpected; // there may be more of it
    after = 1;
    count++;
    f64 value;
    if (!significant) value = 0;
    else if (significant > MOST_DIGITS || power > MOST_POWER || power < -MOST_POWER) doubt = 1;
    else if (power >= 0) value = quotient(number, power, &doubt);
    else if (number <= 1ull << 53) value = (f64)(i64)number * powers[-power];
    else doubt = 1;
    if (doubt) {
      to++;
      list->end = p - text;
      p = token;
      state = ASK;
      goto stop;
    }
    if (value > 9007199254740991.0) list->large = 1;
    *to++ = negative ? -value : value;
  }

after_value:
  after = 1;
  while (is_blank(*p)) p++;
  token = p;
  if (*p == ',') {
    p++;
    after = 0;
    goto value;
  }
  if (*p != ']') goto unexpected;
  if (list->sizes[depth] < 0) list->sizes[depth] = count;
  if (list->sizes[depth] != count) goto stop;
  p++;
  count = ++list->counts[--depth];
  if (depth > 0) goto after_value;
  state = DONE;
  goto stop;

unexpected: // behind the window there may be what is missing
  if (p == end) {
    p = token;
    state = MORE;
  }
stop:
  list->at = p - text;
  list->depth = depth;
  list->rank = rank;
  list->counts[depth] = count;
  list->after = after;
  list->count = to - out;
  return state;
}
