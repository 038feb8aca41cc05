import { fuzzForests } from './fuzz-forests.ts';

/** `nx fuzz forest [mutations] [seed]`: a million changed files unless said otherwise. Prints what became of them; fails on the first crash. */
const mutations = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? 1);
const began = performance.now();
const outcome = fuzzForests(mutations, seed);
const seconds = (performance.now() - began) / 1000;
console.log(`${mutations} mutations of seed ${seed} in ${seconds.toFixed(1)} s: ${outcome.refused} refused, ${outcome.read} read`);
console.log(`longest ${outcome.longestMs.toFixed(1)} ms; most memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
