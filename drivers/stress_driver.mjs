// Answers the questions of `stress run`, for buyers that are a Node program. Node 18 or later, and nothing else.
//
//     import { serve } from "./stress_driver.mjs";
//
//     serve(async (question) => {   // { id: 17, buyer: 3, purchase: 9, attempt: 1, quantity: 1, units: 1000, sale: "…" }
//       …
//       return "won";               // or { outcome: "won", remaining: 4, unit: "A12" }
//     });
//
// Standard output belongs to the answers: what console.log prints goes to standard error, which stress keeps in the run's folder.
import { createInterface } from "node:readline";

const OUTCOMES = ["won", "sold-out", "conflict", "duplicate", "returned", "failed", "unknown"];

/** Where the Redis of the run is: the value of STRESS_REDIS_URL. */
export const redisURL = () => process.env.STRESS_REDIS_URL;

/**
 * Answers until there are no more questions.
 *
 * buy gets a question, and returns an outcome, or an object with any fields, or a promise of one. What it throws is `unknown`,
 * since nobody knows what had happened before; it goes to standard error. With `concurrent: true` in the strategy file, buy is
 * called again while the promises of others are still open.
 */
export function serve(buy) {
  const answers = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr);
  const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
  lines.on("line", async (line) => {
    const question = JSON.parse(line);
    let answer;
    try {
      const given = await buy(question);
      answer = typeof given === "string" ? { outcome: given } : { ...given };
      if ("outcome" in answer && !OUTCOMES.includes(answer.outcome)) {
        throw new Error(`${answer.outcome} is no outcome; known: ${OUTCOMES.join(", ")}`);
      }
    } catch (error) {
      console.error(error);
      answer = { outcome: "unknown", error: String(error) };
    }
    answers(JSON.stringify({ ...answer, id: question.id }) + "\n");
  });
  // Clients of databases would keep the process alive.
  lines.on("close", () => process.exit(0));
}
