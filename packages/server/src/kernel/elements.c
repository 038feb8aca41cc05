// Looks at the float32 of a request, and scales them. `nx kernel server` compiles it to elements.wasm. Nothing here is static, and nothing is on
// a stack. Counts are multiples of sixteen.

#include <wasm_simd128.h>

typedef unsigned int u32;
typedef float f32;
typedef double f64;

enum { LANES = 4, BLOCK = 16 };

// The first number of the block in which one is not within the limits, NaN being within none; else their count.
__attribute__((export_name("within"))) u32 within(const f32 *values, u32 count, f32 low, f32 high) {
  const v128_t lows = wasm_f32x4_splat(low), highs = wasm_f32x4_splat(high);
  for (u32 at = 0; at < count; at += BLOCK) {
    v128_t fits = wasm_i32x4_splat(-1);
#pragma unroll
    for (u32 lane = 0; lane < BLOCK; lane += LANES) {
      v128_t four = wasm_v128_load(values + at + lane);
      fits = wasm_v128_and(fits, wasm_v128_and(wasm_f32x4_ge(four, lows), wasm_f32x4_le(four, highs)));
    }
    if (!wasm_i32x4_all_true(fits)) return at;
  }
  return count;
}

// value × scale + offset in their place, in doubles, rounded once: as JavaScript has it.
__attribute__((export_name("scale"))) void scale(f32 *values, u32 count, f64 by, f64 offset) {
  const v128_t scales = wasm_f64x2_splat(by), offsets = wasm_f64x2_splat(offset);
  for (u32 at = 0; at < count; at += LANES) {
    v128_t four = wasm_v128_load(values + at);
    v128_t low = wasm_f64x2_promote_low_f32x4(four);
    v128_t high = wasm_f64x2_promote_low_f32x4(wasm_i64x2_shuffle(four, four, 1, 1));
    low = wasm_f32x4_demote_f64x2_zero(wasm_f64x2_add(wasm_f64x2_mul(low, scales), offsets));
    high = wasm_f32x4_demote_f64x2_zero(wasm_f64x2_add(wasm_f64x2_mul(high, scales), offsets));
    wasm_v128_store(values + at, wasm_i64x2_shuffle(low, high, 0, 2));
  }
}
