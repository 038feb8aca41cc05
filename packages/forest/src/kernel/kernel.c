// Grows a tree: what tree-grower.ts does, function by function, to the same bits. `nx kernel forest` compiles it to kernel.wasm.
//
// - All memory is given: `struct grower` is the settings and arrays of workspace.ts, in its order, then those of training-data.ts before them.
//   Nothing here is static, so that threads share one memory, each with its own grower and stack.
// - Sums of doubles are made in the order of the TypeScript, without contraction; sums of counts are whole numbers below 2^53, whose order
//   does not matter. The logarithm is JavaScript's own.

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef int i32;
typedef double f64;
typedef unsigned long size;

__attribute__((import_module("env"), import_name("log"))) f64 natural_log(f64);

enum { GINI, ENTROPY, SQUARED_ERROR };
enum { MAY_MISS = 1, CATEGORICAL = 2, MISSING_BIN = 255 };
enum { MISSING_LEFT, MISSING_RIGHT, MISSING_WITH_MOST };
enum { TOGETHER = 4, MOST_SORTED = 16, MOST_BUCKETED = 1500, MOST_WHOLE_SQUARES = 46000, MOST_ROWS_BY_ROW = 1024 };

struct grower {
  u32 rows, columns, classes, per_split, min_samples_leaf, min_samples_split, max_depth, criterion;
  u32 counts_rows, random, weighted, special, unused[4];
  // training-data.ts
  const u8 *by_row, *by_column, *kinds;
  const u16 *labels;
  const f64 *targets, *weights;
  // workspace.ts
  u32 *settings;
  i32 *order;
  u8 *counts;
  i32 *moved;
  u8 *moved_counts;
  u32 *entries, *offsets, *gathered;
  i32 *links, *drawn, *by_class, *right, *histogram;
  u32 *present;
  i32 *heads;
  f64 *entry_weights, *entry_targets, *weight_by_class, *right_weights, *bin_weights, *bin_targets;
  i32 *bin_counts, *levels;
  u8 *map;
  const u8 *identity;
  u32 *best_set;
  i32 *column_of, *cut_of, *from_of, *to_of, *child_of, *depth_of;
  u8 *missing_of;
  u32 *set_of;
  i32 *waiting;
  u8 *stack;
};

// The node that is being split (node-totals.ts), the best cut so far, and what that cut means beyond its bin (special-columns.ts).
struct node {
  i32 count, drawn, heaviest, mixed, counting;
  f64 weight, terms, score;
  i32 cut, missing, set;
};

// random.ts: sfc32
struct random {
  u32 a, b, c, counter;
};

static u32 mix(u32 h) {
  h = (h ^ (h >> 16)) * 0x85ebca6bu;
  h = (h ^ (h >> 13)) * 0xc2b2ae35u;
  return h ^ (h >> 16);
}

static u32 next(struct random *r) {
  u32 result = r->a + r->b + r->counter;
  r->counter++;
  r->a = r->b ^ (r->b >> 9);
  r->b = r->c + (r->c << 3);
  r->c = ((r->c << 21) | (r->c >> 11)) + result;
  return result;
}

static void seed_random(struct random *r, u32 seed) {
  r->a = mix(seed);
  r->b = mix(r->a + 1);
  r->c = mix(r->b + 2);
  r->counter = 1;
  for (i32 round = 0; round < 12; round++) next(r);
}

static i32 below(struct random *r, i32 limit) { return (i32)((f64)next(r) * (f64)limit / 4294967296.0); }

static inline u32 label_of(u32 entry) { return (entry >> 8) & 0xffff; }
static inline i32 drawn_of(u32 entry) { return (i32)(entry & 0xff); }
static inline f64 times_log(f64 weight) { return weight > 0 ? weight * natural_log(weight) : 0; }
static inline f64 term(u32 criterion, f64 weight) { return criterion == ENTROPY ? times_log(weight) : weight * weight; }
static inline i32 bucketed(u32 classes) { return (i32)(64 * classes > MOST_BUCKETED ? 64 * classes : MOST_BUCKETED); }

static inline void mark(u32 *present, u32 value) { present[value >> 5] |= 1u << (value & 31); }

// The values marked in `present`, from the highest; it is empty after.
#define FROM_HIGHEST(present, value)                                                                       \
  for (i32 word = 7; word >= 0; word--)                                                                    \
    for (u32 bits = (present)[word], value = ((present)[word] = 0);                                        \
         bits && (value = (u32)word * 32 + 31 - (u32)__builtin_clz(bits), bits ^= 1u << (value & 31), 1);)

// ---- node-counter.ts ----

#define CLEAR_BY_LABEL(cells, length, entries, count)                   \
  do {                                                                  \
    if ((count) > (i32)(length))                                        \
      for (u32 l = 0; l < (length); l++) (cells)[l] = 0;                \
    else                                                                \
      for (i32 e = 0; e < (count); e++) (cells)[label_of((entries)[e])] = 0; \
  } while (0)

#define HEAVIEST(by_label, g, n)                                                                      \
  do {                                                                                                \
    u32 most = label_of((g)->entries[0]);                                                             \
    for (i32 e = 1; e < (n)->count; e++) {                                                            \
      u32 label = label_of((g)->entries[e]);                                                          \
      if ((by_label)[label] > (by_label)[most] || ((by_label)[label] == (by_label)[most] && label < most)) most = label; \
    }                                                                                                 \
    (n)->heaviest = (i32)most;                                                                        \
  } while (0)

static void count(const struct grower *g, struct node *n, i32 from, i32 to) {
  u32 *entries = g->entries;
  i32 *by_class = g->by_class;
  CLEAR_BY_LABEL(by_class, g->classes, entries, n->count);
  i32 drawn = 0, classes = 0;
  f64 squares = 0;
  for (i32 i = from; i < to; i++) {
    u32 label = g->labels[g->order[i]];
    i32 x = g->counts[i], before = by_class[label];
    entries[i - from] = (label << 8) | (u32)x;
    by_class[label] = before + x;
    squares += (f64)x * (2 * (f64)before + x);
    drawn += x;
    classes += before == 0;
  }
  n->count = to - from;
  n->drawn = drawn;
  n->weight = drawn;
  n->terms = squares;
  if (g->special) HEAVIEST(by_class, g, n);
  n->mixed = classes > 1;
  n->counting = drawn <= MOST_WHOLE_SQUARES || n->count > bucketed(g->classes);
  if (n->counting || !n->mixed) return;
  for (i32 i = 0; i < n->count; i++) {
    g->entry_weights[i] = drawn_of(entries[i]);
    g->weight_by_class[label_of(entries[i])] = by_class[label_of(entries[i])];
  }
}

static void weigh(const struct grower *g, struct node *n, i32 from, i32 to) {
  u32 *entries = g->entries;
  CLEAR_BY_LABEL(g->weight_by_class, g->classes, entries, n->count);
  n->count = to - from;
  n->drawn = 0;
  n->weight = 0;
  for (i32 i = from; i < to; i++) {
    i32 row = g->order[i], x = g->counts[i];
    u32 label = g->labels[row];
    f64 weight = g->weighted ? x * g->weights[row] : x;
    entries[i - from] = (label << 8) | (u32)x;
    g->entry_weights[i - from] = weight;
    g->weight_by_class[label] += weight;
    g->by_class[label] = 1;
    n->weight += weight;
    n->drawn += x;
  }
  n->terms = 0;
  i32 classes = 0;
  for (i32 i = 0; i < n->count; i++) {
    u32 label = label_of(entries[i]);
    if (g->by_class[label] == 0) continue;
    g->by_class[label] = 0;
    n->terms += term(g->criterion, g->weight_by_class[label]);
    classes++;
  }
  if (g->special) HEAVIEST(g->weight_by_class, g, n);
  n->mixed = classes > 1;
  n->counting = 0;
}

static void measure(const struct grower *g, struct node *n, i32 from, i32 to) {
  f64 first = g->targets[g->order[from]];
  n->count = to - from;
  n->drawn = 0;
  n->weight = 0;
  n->terms = 0;
  n->mixed = 0;
  for (i32 i = from; i < to; i++) {
    i32 row = g->order[i], x = g->counts[i];
    f64 weight = g->weighted ? x * g->weights[row] : x, target = g->targets[row];
    if (target != first) n->mixed = 1;
    g->entries[i - from] = (u32)x;
    g->entry_weights[i - from] = weight;
    g->entry_targets[i - from] = weight * target;
    n->weight += weight;
    n->terms += weight * target;
    n->drawn += x;
  }
  n->counting = 0;
}

// ---- gather.ts ----

static void gather(const u8 *cells, const u32 *restrict offsets, const u32 *restrict entries, i32 count, const size base[TOGETHER],
                   u32 *restrict gathered, i32 room, i32 ends[TOGETHER]) {
  const u8 *x0 = cells + base[0], *x1 = cells + base[1], *x2 = cells + base[2], *x3 = cells + base[3];
  u32 *a0 = gathered, *a1 = a0 + room, *a2 = a1 + room, *a3 = a2 + room;
  for (i32 i = 0; i < count; i++) {
    u32 offset = offsets[i], entry = entries[i], v0 = x0[offset], v1 = x1[offset], v2 = x2[offset], v3 = x3[offset];
    *a0 = (v0 << 24) | entry, a0 += v0 != 0;
    *a1 = (v1 << 24) | entry, a1 += v1 != 0;
    *a2 = (v2 << 24) | entry, a2 += v2 != 0;
    *a3 = (v3 << 24) | entry, a3 += v3 != 0;
  }
  ends[0] = (i32)(a0 - gathered);
  ends[1] = (i32)(a1 - gathered) - room;
  ends[2] = (i32)(a2 - gathered) - 2 * room;
  ends[3] = (i32)(a3 - gathered) - 3 * room;
}

static i32 gather_mapped(const struct grower *g, const struct node *n, const u8 *column, const u8 *map) {
  i32 end = 0;
  for (i32 i = 0; i < n->count; i++) {
    u32 value = map[column[g->offsets[i]]];
    g->gathered[end] = (value << 24) | g->entries[i];
    end += value != 0;
  }
  return end;
}

// ---- split-search.ts ----

// The state of a scan, in locals of the scan: T is i32 where squares fit, else f64.
#define SCAN(T)                                                       \
  const i32 *by_class = g->by_class;                                  \
  i32 *right = g->right;                                              \
  const i32 weight = n->drawn, min_leaf = (i32)g->min_samples_leaf;   \
  f64 score = n->score;                                               \
  i32 cut = -1, right_weight = 0, last = -1;                          \
  T left_squares = (T)n->terms, right_squares = 0

#define CONSIDER(value)                                                                                     \
  do {                                                                                                      \
    i32 left_weight = weight - right_weight;                                                                \
    f64 candidate = (f64)left_squares / (f64)left_weight + (f64)right_squares / (f64)right_weight;          \
    if (candidate > score && right_weight >= min_leaf && left_weight >= min_leaf) {                         \
      score = candidate;                                                                                    \
      cut = (last + (i32)(value)) >> 1;                                                                     \
    }                                                                                                       \
  } while (0)

#define MOVE(T, label, x)                              \
  do {                                                 \
    T r = right[label], l = (T)by_class[label] - r;    \
    right_squares += (T)(x) * (2 * r + (T)(x));        \
    left_squares -= (T)(x) * (2 * l - (T)(x));         \
    right[label] += (x);                               \
    right_weight += (x);                               \
  } while (0)

#define FINISH                                               \
  do {                                                       \
    if (right_weight < weight) CONSIDER(0);                  \
    if (cut < 0) return 0;                                   \
    n->score = score;                                        \
    n->cut = cut;                                            \
    return 1;                                                \
  } while (0)

static i32 scan_sorted(const struct grower *g, struct node *n, u32 *entries, i32 count) {
  for (i32 i = 1; i < count; i++) {
    u32 entry = entries[i], value = entry >> 24;
    i32 j = i - 1;
    for (; j >= 0 && entries[j] >> 24 < value; j--) entries[j + 1] = entries[j];
    entries[j + 1] = entry;
  }
  SCAN(i32);
  last = (i32)(entries[0] >> 24);
  for (i32 i = 0; i < count; i++) {
    i32 value = (i32)(entries[i] >> 24), x = drawn_of(entries[i]);
    if (value != last) {
      CONSIDER(value);
      last = value;
    }
    MOVE(i32, label_of(entries[i]), x);
  }
  FINISH;
}

static i32 scan_buckets(const struct grower *g, struct node *n, const u32 *entries, i32 count) {
  i32 *heads = g->heads, *links = g->links;
  for (i32 i = 0; i < count; i++) {
    u32 value = entries[i] >> 24;
    links[i] = heads[value];
    heads[value] = i + 1;
    mark(g->present, value);
  }
  SCAN(i32);
  FROM_HIGHEST(g->present, value) {
    if (right_weight) CONSIDER(value);
    last = (i32)value;
    i32 link = heads[value];
    heads[value] = 0;
    do {
      u32 entry = entries[link - 1];
      i32 x = drawn_of(entry);
      MOVE(i32, label_of(entry), x);
      link = links[link - 1];
    } while (link);
  }
  FINISH;
}

static i32 scan_histogram(const struct grower *g, struct node *n, const u32 *entries, i32 count) {
  u32 classes = g->classes;
  for (i32 i = 0; i < count; i++) {
    u32 value = entries[i] >> 24;
    g->histogram[value * classes + label_of(entries[i])] += drawn_of(entries[i]);
    mark(g->present, value);
  }
  SCAN(f64);
  FROM_HIGHEST(g->present, value) {
    if (right_weight) CONSIDER(value);
    last = (i32)value;
    i32 *of_value = g->histogram + value * classes;
    for (u32 label = 0; label < classes; label++) {
      i32 x = of_value[label];
      if (x == 0) continue;
      MOVE(f64, label, x);
      of_value[label] = 0;
    }
  }
  FINISH;
}

static i32 search_counts(const struct grower *g, struct node *n, u32 *entries, i32 count) {
  if (count == 0) return 0;
  i32 many = n->drawn > MOST_WHOLE_SQUARES || count > bucketed(g->classes);
  i32 found = many ? scan_histogram(g, n, entries, count) : count <= MOST_SORTED ? scan_sorted(g, n, entries, count) : scan_buckets(g, n, entries, count);
  CLEAR_BY_LABEL(g->right, g->classes, entries, count);
  return found;
}

// ---- weight-search.ts and target-search.ts ----

static inline i32 allowed(const struct grower *g, const struct node *n, i32 right_drawn, f64 left_weight, f64 right_weight) {
  i32 least = (i32)g->min_samples_leaf;
  return right_drawn >= least && n->drawn - right_drawn >= least && left_weight > 0 && right_weight > 0;
}

static inline f64 side(u32 criterion, f64 terms, f64 weight) { return criterion == ENTROPY ? terms - times_log(weight) : terms / weight; }

static i32 found(struct node *n, f64 score, i32 cut) {
  if (cut < 0) return 0;
  n->score = score;
  n->cut = cut;
  return 1;
}

static i32 search_weights(const struct grower *g, struct node *n, const u8 *column, const u8 *map) {
  i32 *heads = g->heads, *links = g->links;
  u32 criterion = g->criterion;
  for (i32 i = 0; i < n->count; i++) {
    u32 value = map[column[g->offsets[i]]];
    if (value == 0) continue;
    links[i] = heads[value];
    heads[value] = i + 1;
    mark(g->present, value);
  }
  f64 score = n->score, left_terms = n->terms, right_terms = 0, right_weight = 0;
  i32 cut = -1, right_drawn = 0, last = -1;
#define CONSIDER_WEIGHTS(value)                                                                               \
  do {                                                                                                        \
    f64 left_weight = n->weight - right_weight;                                                               \
    if (allowed(g, n, right_drawn, left_weight, right_weight)) {                                              \
      f64 candidate = side(criterion, left_terms, left_weight) + side(criterion, right_terms, right_weight);  \
      if (candidate > score) score = candidate, cut = (last + (i32)(value)) >> 1;                             \
    }                                                                                                         \
  } while (0)
  FROM_HIGHEST(g->present, value) {
    if (last >= 0) CONSIDER_WEIGHTS(value);
    last = (i32)value;
    i32 link = heads[value];
    heads[value] = 0;
    do {
      u32 label = label_of(g->entries[link - 1]);
      f64 weight = g->entry_weights[link - 1], right = g->right_weights[label], left = g->weight_by_class[label] - right;
      right_terms += term(criterion, right + weight) - term(criterion, right);
      left_terms += term(criterion, left - weight) - term(criterion, left);
      g->right_weights[label] = right + weight;
      right_weight += weight;
      right_drawn += drawn_of(g->entries[link - 1]);
      link = links[link - 1];
    } while (link);
  }
  CLEAR_BY_LABEL(g->right_weights, g->classes, g->entries, n->count);
  if (last >= 0) CONSIDER_WEIGHTS(0);
  return found(n, score, cut);
}

static i32 search_targets(const struct grower *g, struct node *n, const u8 *column, const u8 *map) {
  f64 *bin_weights = g->bin_weights, *bin_targets = g->bin_targets;
  i32 *bin_counts = g->bin_counts;
  for (i32 i = 0; i < n->count; i++) {
    u32 value = map[column[g->offsets[i]]];
    if (value == 0) continue;
    bin_weights[value] += g->entry_weights[i];
    bin_targets[value] += g->entry_targets[i];
    bin_counts[value] += drawn_of(g->entries[i]);
    mark(g->present, value);
  }
  f64 score = n->score, right_weight = 0, right_target = 0;
  i32 cut = -1, right_drawn = 0, last = -1;
#define CONSIDER_TARGETS(value)                                                                                              \
  do {                                                                                                                       \
    f64 left_weight = n->weight - right_weight, left_target = n->terms - right_target;                                       \
    if (allowed(g, n, right_drawn, left_weight, right_weight)) {                                                             \
      f64 candidate = (left_target * left_target) / left_weight + (right_target * right_target) / right_weight;              \
      if (candidate > score) score = candidate, cut = (last + (i32)(value)) >> 1;                                            \
    }                                                                                                                        \
  } while (0)
  FROM_HIGHEST(g->present, value) {
    if (last >= 0) CONSIDER_TARGETS(value);
    last = (i32)value;
    right_weight += bin_weights[value];
    right_target += bin_targets[value];
    right_drawn += bin_counts[value];
    bin_weights[value] = 0;
    bin_targets[value] = 0;
    bin_counts[value] = 0;
  }
  if (last >= 0) CONSIDER_TARGETS(0);
  return found(n, score, cut);
}

// ---- special-columns.ts ----

static i32 search(const struct grower *g, struct node *n, const u8 *column, const u8 *map) {
  if (n->counting) return search_counts(g, n, g->gathered, gather_mapped(g, n, column, map));
  return g->criterion == SQUARED_ERROR ? search_targets(g, n, column, map) : search_weights(g, n, column, map);
}

static i32 list(const struct grower *g, const struct node *n, const u8 *column, i32 categories) {
  for (i32 i = 0; i < n->count; i++) {
    u32 bin = column[g->offsets[i]];
    mark(g->present, bin);
    if (!categories) continue;
    u32 entry = g->entries[i];
    f64 weight = n->counting ? drawn_of(entry) : g->entry_weights[i];
    g->bin_weights[bin] += weight;
    g->bin_targets[bin] += g->criterion == SQUARED_ERROR ? g->entry_targets[i] : (i32)label_of(entry) == n->heaviest ? weight : 0;
  }
  i32 count = 0;
  for (i32 bin = 0; bin < 256; bin++)
    if (g->present[bin >> 5] >> (bin & 31) & 1) g->levels[count++] = bin;
  for (i32 word = 0; word < 8; word++) g->present[word] = 0;
  return count;
}

static void order_levels(const struct grower *g, i32 count) {
  i32 *levels = g->levels;
  for (i32 i = 0; i < count; i++) g->bin_targets[levels[i]] /= g->bin_weights[levels[i]];
  for (i32 i = 1; i < count; i++) {
    i32 bin = levels[i], j = i - 1;
    for (; j >= 0 && g->bin_targets[levels[j]] > g->bin_targets[bin]; j--) levels[j + 1] = levels[j];
    levels[j + 1] = bin;
  }
  for (i32 bin = 0; bin < 256; bin++) g->bin_weights[bin] = 0, g->bin_targets[bin] = 0;
}

static i32 search_categories(const struct grower *g, struct node *n, i32 kind, const u8 *column, struct random *r) {
  i32 count = list(g, n, column, 1);
  order_levels(g, count);
  if (count < 2) return 0;
  i32 drawn_cut = g->random ? below(r, count - 1) : -1;
  for (i32 rank = 0; rank < count; rank++) g->map[g->levels[rank]] = (u8)(g->random ? rank > drawn_cut : rank);
  if (!search(g, n, column, g->map)) return 0;
  i32 cut = g->random ? drawn_cut : n->cut;
  for (i32 word = 0; word < 8; word++) g->best_set[word] = 0;
  n->set = 1;
  n->missing = MISSING_WITH_MOST;
  for (i32 rank = 0; rank < count; rank++) {
    i32 bin = g->levels[rank];
    if (rank <= cut) mark(g->best_set, (u32)bin);
    if (bin == MISSING_BIN && (kind & MAY_MISS)) n->missing = rank > cut ? MISSING_RIGHT : MISSING_LEFT;
  }
  return 1;
}

static i32 search_random(const struct grower *g, struct node *n, i32 kind, const u8 *column, struct random *r) {
  i32 count = list(g, n, column, 0);
  i32 misses = (kind & MAY_MISS) && g->levels[count - 1] == MISSING_BIN;
  count -= misses;
  if (count == 0 || (count == 1 && !misses)) return 0;
  i32 least = g->levels[0], greatest = g->levels[count - 1];
  i32 cut = count == 1 ? least : least + below(r, greatest - least);
  i32 missing_right = count == 1 ? 1 : misses ? below(r, 2) : 0;
  for (i32 bin = 0; bin < 256; bin++) g->map[bin] = bin > cut;
  if (misses) g->map[MISSING_BIN] = (u8)missing_right;
  if (!search(g, n, column, g->map)) return 0;
  n->cut = cut;
  n->set = 0;
  n->missing = misses ? missing_right : MISSING_WITH_MOST;
  return 1;
}

static i32 search_missing(const struct grower *g, struct node *n, const u8 *column) {
  i32 count = list(g, n, column, 0);
  i32 misses = g->levels[count - 1] == MISSING_BIN;
  i32 better = search(g, n, column, g->identity);
  if (better) n->set = 0, n->missing = misses ? MISSING_RIGHT : MISSING_WITH_MOST;
  if (!misses) return better;
  for (i32 bin = 0; bin < 256; bin++) g->map[bin] = (u8)bin;
  g->map[MISSING_BIN] = 0;
  if (!search(g, n, column, g->map)) return better;
  n->set = 0;
  n->missing = MISSING_LEFT;
  return 1;
}

static i32 search_special(const struct grower *g, struct node *n, i32 kind, const u8 *column, struct random *r) {
  if (kind & CATEGORICAL) return search_categories(g, n, kind, column, r);
  if (g->random) return search_random(g, n, kind, column, r);
  if (kind & MAY_MISS) return search_missing(g, n, column);
  if (!search(g, n, column, g->identity)) return 0;
  n->set = 0;
  n->missing = MISSING_WITH_MOST;
  return 1;
}

// ---- tree-grower.ts ----

static i32 draw(const struct grower *g, u32 place, struct random *r) {
  u32 other = place + (u32)below(r, (i32)(g->columns - place));
  i32 column = g->drawn[other];
  g->drawn[other] = g->drawn[place];
  g->drawn[place] = column;
  return column;
}

static i32 choose_counting(const struct grower *g, struct node *n, const u8 *cells, u32 stride) {
  f64 perfect = n->weight - 1e-9;
  i32 room = (i32)g->rows + 1, chosen = -1, ends[TOGETHER];
  size base[TOGETHER];
  for (u32 place = 0; place < g->per_split; place += TOGETHER) {
    u32 last = g->per_split - 1, ready = g->per_split - place < TOGETHER ? g->per_split - place : TOGETHER;
    for (u32 ahead = 0; ahead < TOGETHER; ahead++) base[ahead] = (size)g->drawn[place + ahead < last ? place + ahead : last] * stride;
    gather(cells, g->offsets, g->entries, n->count, base, g->gathered, room, ends);
    for (u32 ahead = 0; ahead < ready; ahead++) {
      if (!search_counts(g, n, g->gathered + ahead * (u32)room, ends[ahead])) continue;
      chosen = g->drawn[place + ahead];
      if (n->score >= perfect) return chosen;
    }
  }
  return chosen;
}

static i32 choose_column(const struct grower *g, struct node *n, const u8 *cells, u32 stride, struct random *r) {
  n->score = -__builtin_inf();
  n->set = 0;
  n->missing = MISSING_WITH_MOST;
  i32 chosen = -1;
  for (u32 place = 0; place < g->per_split; place++) draw(g, place, r);
  if (!g->random && !g->special && n->counting) chosen = choose_counting(g, n, cells, stride);
  else
    for (u32 place = 0; place < g->per_split; place++) {
      i32 column = g->drawn[place];
      if (search_special(g, n, g->kinds[column], cells + (size)column * stride, r)) chosen = column;
    }
  for (u32 place = g->per_split; place < g->columns && chosen < 0; place++) {
    i32 column = draw(g, place, r);
    if (search_special(g, n, g->kinds[column], cells + (size)column * stride, r)) chosen = column;
  }
  return chosen;
}

static i32 divide(const struct grower *g, const struct node *n, i32 from, i32 to, const u8 *column) {
  u8 *map = g->map;
  for (i32 bin = 0; bin < 256; bin++) map[bin] = n->set ? !(g->best_set[bin >> 5] >> (bin & 31) & 1) : bin > n->cut;
  if (!n->set && n->missing != MISSING_WITH_MOST) map[MISSING_BIN] = n->missing == MISSING_RIGHT;
  i32 *order = g->order, *moved = g->moved, left = from, right = 0;
  u8 *counts = g->counts, *moved_counts = g->moved_counts;
  const u32 *offsets = g->offsets;
  for (i32 i = from; i < to; i++) {
    i32 row = order[i];
    u8 count = counts[i];
    i32 goes_right = map[column[offsets[i - from]]];
    order[left] = row;
    counts[left] = count;
    moved[right] = row;
    moved_counts[right] = count;
    left += 1 - goes_right;
    right += goes_right;
  }
  for (i32 i = 0; i < right; i++) order[left + i] = moved[i], counts[left + i] = moved_counts[i];
  return left;
}

static void place_offsets(const struct grower *g, i32 from, i32 to, u32 step) {
  const i32 *order = g->order;
  u32 *offsets = g->offsets;
  for (i32 i = from; i < to; i++) offsets[i - from] = (u32)order[i] * step;
}

static void add(const struct grower *g, i32 at, i32 from, i32 to, i32 depth) {
  g->from_of[at] = from;
  g->to_of[at] = to;
  g->depth_of[at] = depth;
}

// Splits a node; answers whether it could. Not a part of `grow`: WebAssembly engines compile a function well once it was called often.
__attribute__((noinline)) static i32 split(const struct grower *g, struct node *n, i32 at, i32 nodes, struct random *r) {
  i32 from = g->from_of[at], to = g->to_of[at], depth = g->depth_of[at];
  if (g->criterion == SQUARED_ERROR) measure(g, n, from, to);
  else if (g->counts_rows) count(g, n, from, to);
  else weigh(g, n, from, to);
  g->column_of[at] = -1;
  if (!n->mixed || n->drawn < (i32)g->min_samples_split || depth >= (i32)g->max_depth) return 0;
  i32 by_rows = to - from <= MOST_ROWS_BY_ROW;
  const u8 *cells = by_rows ? g->by_row : g->by_column;
  u32 stride = by_rows ? 1 : g->rows;
  place_offsets(g, from, to, by_rows ? g->columns : 1);
  i32 column = choose_column(g, n, cells, stride, r);
  if (column < 0) return 0;
  i32 middle = divide(g, n, from, to, cells + (size)column * stride);
  g->column_of[at] = column;
  g->cut_of[at] = n->set ? -1 : n->cut;
  g->missing_of[at] = (u8)(n->missing == MISSING_WITH_MOST ? to - middle > middle - from : n->missing);
  if (n->set)
    for (i32 word = 0; word < 8; word++) g->set_of[8 * at + word] = g->best_set[word];
  g->child_of[at] = nodes;
  add(g, nodes, from, middle, depth + 1);
  add(g, nodes + 1, middle, to, depth + 1);
  return 1;
}

__attribute__((export_name("grow"))) i32 grow(const struct grower *g, i32 total, u32 seed) {
  struct random r;
  seed_random(&r, seed);
  struct node n = {0};
  for (u32 label = 0; label < g->classes; label++) g->by_class[label] = 0;
  if (!g->counts_rows)
    for (u32 label = 0; label < g->classes; label++) g->weight_by_class[label] = 0;
  for (u32 column = 0; column < g->columns; column++) g->drawn[column] = (i32)column;
  add(g, 0, 0, total, 0);
  i32 nodes = 1, waits = 0;
  g->waiting[waits++] = 0;
  while (waits > 0) {
    if (!split(g, &n, g->waiting[--waits], nodes, &r)) continue;
    g->waiting[waits++] = nodes + 1;
    g->waiting[waits++] = nodes;
    nodes += 2;
  }
  return nodes;
}
