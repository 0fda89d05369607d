// An app of @slack/bolt: asks back, answers a command, replaces a question that was tapped.

import { createServer } from "node:http";

import bolt from "@slack/bolt";

import { hear, obey, tell } from "./lines.mjs";

const { App, HTTPReceiver, SocketModeReceiver } = bolt;

let handle = (_, response) => response.writeHead(503).end();
const server = createServer((request, response) => handle(request, response));
server.listen(0, "127.0.0.1", () => tell({ port: server.address().port }));

const { token, secret, api, appToken } = await hear();
const options = { token, clientOptions: { slackApiUrl: api } };
const quiet = { debug() {}, info() {}, warn: console.error, error: console.error, setLevel() {}, getLevel: () => "error", setName() {} };
let receiver;
if (appToken) {
  receiver = new SocketModeReceiver({ appToken, logger: quiet, installerOptions: { clientOptions: options.clientOptions } });
} else {
  receiver = new HTTPReceiver({ signingSecret: secret, logger: quiet });
  handle = receiver.requestListener;
}
const app = new App({ ...options, receiver, logger: quiet });

app.message(async ({ message, say }) => {
  await say({
    text: "Shall I?",
    blocks: [
      { type: "section", text: { type: "plain_text", text: "Shall I?" } },
      {
        type: "actions",
        block_id: "asked",
        elements: [
          { type: "button", action_id: "yes", value: "t0", text: { type: "plain_text", text: "Yes" } },
          { type: "button", action_id: "no", value: "t1", text: { type: "plain_text", text: "No" } },
        ],
      },
    ],
  });
  tell({ heard: "message", text: message.text });
});

app.command("/book", async ({ command, ack, respond }) => {
  await ack();
  await respond("Which day?");
  tell({ heard: "command", text: command.text });
});

app.action(/^(yes|no)$/, async ({ action, ack, body, client }) => {
  await ack();
  await client.chat.update({ channel: body.channel.id, ts: body.message.ts, text: "Done.", blocks: [] });
  tell({ heard: "action", text: action.value });
});

app.error(async (error) => tell({ failed: String(error) }));
if (appToken) await app.start();
tell({ ready: true });
await obey((method, given) => app.client.apiCall(method, given), (error) => error.data?.error ?? String(error));
