// Runs the program of a name at a size as often as each line of the standard input says; answers checksum and microseconds.

import { createInterface } from "node:readline";

const [name, size] = process.argv.slice(2);
const { prepare, run } = await import(`./${name}.mjs`);
const input = prepare ? prepare(Number(size)) : Number(size);

function repeat(iterations) {
  let checksum = 0;
  for (let iteration = 0; iteration < iterations; iteration++) checksum = run(input);
  return checksum;
}

for await (const line of createInterface({ input: process.stdin })) {
  const start = process.cpuUsage();
  const checksum = repeat(Number(line));
  const { user, system } = process.cpuUsage(start);
  console.log(`${checksum} ${user + system}`);
}
