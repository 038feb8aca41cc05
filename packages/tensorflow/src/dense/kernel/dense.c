// What a dense layer computes before its activation: rows × weights + bias. `nx kernel tensorflow` compiles it to dense.wasm. Nothing here is
// static, and nothing is on a stack.
//
// Four rows go through twelve columns at once: so many sums stay in registers, and each weight that is loaded serves four rows. A row's sums
// are added up in the same order whatever stands beside it, so that it gets the same bits alone as among others.

#include <wasm_simd128.h>

typedef unsigned int u32;
typedef float f32;

enum { ROWS = 4, VECTORS = 3, LANES = 4 };

// Where rows, weights and what comes out of them lie, and how many numbers further the next row of each begins.
typedef struct {
  const f32 *rows;
  u32 row_stride;
  u32 inputs;
  const f32 *weights;
  const f32 *bias;
  f32 *out;
  u32 out_stride; // of weights and out, a multiple of LANES
} Layer;

static inline __attribute__((always_inline)) void tile(Layer layer, u32 row, u32 column, const u32 rows, const u32 vectors) {
  const f32 *from = layer.rows + row * layer.row_stride, *weights = layer.weights + column;
  v128_t sums[ROWS][VECTORS], weight[VECTORS];
#pragma unroll
  for (u32 r = 0; r < rows; r++)
#pragma unroll
    for (u32 v = 0; v < vectors; v++) sums[r][v] = wasm_v128_load(layer.bias + column + v * LANES);
#pragma nounroll
  for (u32 input = 0; input < layer.inputs; input++, weights += layer.out_stride) {
#pragma unroll
    for (u32 v = 0; v < vectors; v++) weight[v] = wasm_v128_load(weights + v * LANES);
#pragma unroll
    for (u32 r = 0; r < rows; r++) {
      v128_t value = wasm_v128_load32_splat(from + r * layer.row_stride + input);
#pragma unroll
      for (u32 v = 0; v < vectors; v++) sums[r][v] = wasm_f32x4_add(sums[r][v], wasm_f32x4_mul(value, weight[v]));
    }
  }
#pragma unroll
  for (u32 r = 0; r < rows; r++)
#pragma unroll
    for (u32 v = 0; v < vectors; v++) wasm_v128_store(layer.out + (row + r) * layer.out_stride + column + v * LANES, sums[r][v]);
}

static inline __attribute__((always_inline)) void columns(Layer layer, u32 row, const u32 rows) {
  u32 column = 0;
  for (; column + VECTORS * LANES <= layer.out_stride; column += VECTORS * LANES) tile(layer, row, column, rows, VECTORS);
  if (layer.out_stride - column == 2 * LANES) tile(layer, row, column, rows, 2);
  else if (layer.out_stride - column == LANES) tile(layer, row, column, rows, 1);
}

__attribute__((export_name("dense"))) void dense(const f32 *rows, u32 row_stride, u32 inputs, const f32 *weights, const f32 *bias, f32 *out,
                                                 u32 out_stride, u32 count) {
  Layer layer = {rows, row_stride, inputs, weights, bias, out, out_stride};
  u32 row = 0;
  for (; row + ROWS <= count; row += ROWS) columns(layer, row, ROWS);
  for (; row < count; row++) columns(layer, row, 1);
}
