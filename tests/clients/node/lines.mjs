// JSON lines in and out: what a test tells the client, and what the client tells the test.

import { createInterface } from "node:readline";

/** Tell the test something. */
export function tell(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** Read the next line of the test; null once it has closed the pipe. */
export async function hear() {
  const { value, done } = await lines.next();
  return done ? null : JSON.parse(value);
}

/** Carry out calls that the test asks for, until it closes the pipe. */
export async function obey(call, refusal) {
  for (let asked = await hear(); asked !== null; asked = await hear()) {
    try {
      tell({ answer: await call(asked.call, asked.with ?? {}) });
    } catch (error) {
      tell({ refused: refusal(error) });
    }
  }
  process.exit(0);
}
