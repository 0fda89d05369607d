// A bot of grammY: long polls or takes webhooks, asks back, replaces a question that was tapped.

import { createServer } from "node:http";

import { Bot, GrammyError, InlineKeyboard, webhookCallback } from "grammy";

import { hear, obey, tell } from "./lines.mjs";

let handle = (_, response) => response.writeHead(503).end();
const server = createServer((request, response) => handle(request, response));
server.listen(0, "127.0.0.1", () => tell({ port: server.address().port }));

const { token, api, secret, polls } = await hear();
const bot = new Bot(token, { client: { apiRoot: api } });

bot.command("start", (ctx) => tell({ heard: "start", text: ctx.match }));
bot.on("callback_query:data", async (ctx) => {
  await ctx.answerCallbackQuery("Noted");
  await ctx.editMessageText("Done.");
  tell({ heard: "tap", text: ctx.callbackQuery.data });
});
bot.on("message:text", async (ctx) => {
  await ctx.reply("Shall I?", { reply_markup: new InlineKeyboard().text("Yes", "p.0").text("No", "p.1") });
  tell({ heard: "message", text: ctx.message.text });
});
bot.catch((failure) => tell({ failed: String(failure.error) }));

await bot.init();
if (polls) bot.start().catch((error) => tell({ failed: String(error) }));
else handle = webhookCallback(bot, "http", { secretToken: secret });
tell({ ready: true });
await obey(
  (method, given) => bot.api.raw[method](given),
  (error) => (error instanceof GrammyError ? `${error.error_code} ${error.description}` : String(error)),
);
