// The one way to the sandbox: JSON there, JSON or a readable error back.

/**
 * Send JSON to the sandbox and tell its answer; throws an Error whose message a person can read.
 * @param {string} action @param {object} [body] @returns {Promise<object>}
 */
export async function post(action, body = {}) {
  let answer;
  try {
    answer = await fetch(`/__sandbox/${action}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Error("The sandbox does not answer. Is it still running?");
  }
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.error ?? `The sandbox answered ${answer.status}.`);
  return told;
}
