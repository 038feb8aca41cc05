// Walks rows through trees, eight walks side by side: what walk.ts does one by one, without categories. `nx kernel forest` compiles it to
// reach.wasm. Nodes are those of layout.ts; nothing here is static, and nothing is on a stack.
//
// Each step of a walk waits for memory, so others step meanwhile. A walk that ends gives its lane to the next one: the next row through the
// same tree, which is in the cache by now, and behind the last row the first one through the next tree.

#include <wasm_simd128.h>

typedef unsigned char u8;
typedef unsigned int u32;
typedef int i32;
typedef float f32;
typedef double f64;

enum { LANES = 8 };

// Statements for each lane, written out: arrays by lane become variables, which stay in registers.
#define FOR_LANE(number, ...) { enum { lane = number }; __VA_ARGS__ }
#define FOR_FOUR(first, ...)                                                                                                              \
  FOR_LANE(first, __VA_ARGS__) FOR_LANE(first + 1, __VA_ARGS__) FOR_LANE(first + 2, __VA_ARGS__) FOR_LANE(first + 3, __VA_ARGS__)
#define FOR_EACH(...) FOR_FOUR(0, __VA_ARGS__) FOR_FOUR(4, __VA_ARGS__)

// Gives the lane the next walk. A lane that gets none is idle: what it would write is behind the last walk.
#define TAKE                                                                                                                              \
  at[lane] = next;                                                                                                                        \
  if (next < walks) {                                                                                                                     \
    next++;                                                                                                                               \
    node[lane] = root;                                                                                                                    \
    row[lane] = now;                                                                                                                      \
    now += columns;                                                                                                                       \
    if (now == end) {                                                                                                                     \
      now = rows;                                                                                                                         \
      root = *++roots;                                                                                                                    \
    }                                                                                                                                     \
  } else idle++;

// Walk w = tree × count + row writes the number of its leaf to reached[w]. Behind the last root there is one more word, which is read only.
#define REACH(name, number, right)                                                                                                        \
  __attribute__((export_name(#name))) void name(const i32 *cells, const i32 *roots, const number *rows, u32 columns, u32 count,           \
                                                u32 walks, i32 *reached) {                                                                \
    const number *now = rows, *end = rows + count * columns, *row[LANES];                                                                 \
    i32 root = *roots, node[LANES];                                                                                                       \
    u32 next = 0, idle = 0, at[LANES];                                                                                                    \
    FOR_EACH(node[lane] = root; row[lane] = rows; TAKE)                                                                                   \
    while (idle < LANES) {                                                                                                                \
      FOR_EACH({                                                                                                                          \
        i32 child = cells[node[lane] + 1];                                                                                                \
        if (child >= 0) {                                                                                                                 \
          i32 cell = cells[node[lane]];                                                                                                   \
          node[lane] = child + (right);                                                                                                   \
        } else if (at[lane] < walks) {                                                                                                    \
          reached[at[lane]] = ~child;                                                                                                     \
          TAKE                                                                                                                            \
        }                                                                                                                                 \
      })                                                                                                                                  \
    }                                                                                                                                     \
  }

// Right of a threshold, or missing where missing values go right: no value is greater than NaN, or equal to it.
static inline i32 is_right(f64 value, f64 threshold, i32 cell) { return (value > threshold) | ((value != value) & (cell < 0)); }

#define NUMBER row[lane][cell & 0x7fffffff]
#define THRESHOLD (*(const f64 *)(cells + node[lane] + 2))

REACH(reach_bytes, u8, (i32)((u32)((cell >> 16) - row[lane][cell & 0xffff]) >> 31) * 2)
REACH(reach_floats, f32, is_right(NUMBER, THRESHOLD, cell) * 4)
REACH(reach_doubles, f64, is_right(NUMBER, THRESHOLD, cell) * 4)

// Numbers as the bytes that compare as they do with b + 0.5, b being any byte: x > b + 0.5 where ceil(x - 0.5) > b. The difference is exact,
// except below 0.25, where all that matters is that it is not above 0. NaN, which is greater than nothing, becomes 0.
static v128_t four_floats(const f32 *x) {
  return wasm_i32x4_trunc_sat_f32x4(wasm_f32x4_ceil(wasm_f32x4_sub(wasm_v128_load(x), wasm_f32x4_splat(0.5f))));
}
static v128_t two_doubles(const f64 *x) {
  return wasm_i32x4_trunc_sat_f64x2_zero(wasm_f64x2_ceil(wasm_f64x2_sub(wasm_v128_load(x), wasm_f64x2_splat(0.5))));
}
static v128_t four_doubles(const f64 *x) { return wasm_i64x2_shuffle(two_doubles(x), two_doubles(x + 2), 0, 2); }

// Sixteen at a time; up to fifteen more are read and written than are asked for.
#define TO_BYTES(name, number, four)                                                                                                      \
  __attribute__((export_name(#name))) void name(const number *from, u8 *to, u32 count) {                                                  \
    for (u32 i = 0; i < count; i += 16) {                                                                                                 \
      v128_t low = wasm_i16x8_narrow_i32x4(four(from + i), four(from + i + 4));                                                           \
      v128_t high = wasm_i16x8_narrow_i32x4(four(from + i + 8), four(from + i + 12));                                                     \
      wasm_v128_store(to + i, wasm_u8x16_narrow_i16x8(low, high));                                                                        \
    }                                                                                                                                     \
  }

TO_BYTES(bytes_of_floats, f32, four_floats)
TO_BYTES(bytes_of_doubles, f64, four_doubles)
