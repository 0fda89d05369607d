// The one way to the sandbox: JSON there, JSON or a readable error back.

/**
 * Send JSON to the sandbox and tell its answer; throws an Error whose message a person can read.
 * @param {string} action @param {object} [body] @returns {Promise<object>}
 */
export function post(action, body = {}) {
  return told(action, { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

/**
 * Let a person send a file; what is told of it stands in the address, the body is the file.
 * @param {Record<string, string>} facts @param {File} file @returns {Promise<object>}
 */
export function sendFile(facts, file) {
  return told(`file?${new URLSearchParams(facts)}`, { body: file });
}

/** @param {string} path @param {RequestInit} request @returns {Promise<object>} */
async function told(path, request) {
  let answer;
  try {
    answer = await fetch(`/__sandbox/${path}`, { method: "POST", ...request });
  } catch {
    throw new Error("The sandbox does not answer. Is it still running?");
  }
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(body.error ?? `The sandbox answered ${answer.status}.`);
  return body;
}
