// What the widget says by itself. Short sentences; they tell what happens next.

/** @type {Record<string, string>} */
const SPELT = { whatsapp: "WhatsApp", web: "the web chat" };

export const words = {
  chat: "Chat",
  open: "Open chat",
  close: "Close chat",
  conversation: "Conversation",
  suggested: "Suggested replies",
  commands: "Commands",
  field: "Message",
  placeholder: "Message, or / for more",
  send: "Send",
  you: "You",
  hello: "Write a message, or type / to see what can be done here.",
  today: "Today",
  yesterday: "Yesterday",
  sending: "Sending",
  sent: "Sent",
  failed: "Not sent.",
  again: "Try again",
  remove: "Delete",
  fresh: "New messages",
  offline: "You are offline. Messages are sent when you are back.",
  trouble: "Connecting again. Messages are kept and sent.",
  forbidden: "This chat is not available here.",
  elsewhere: "The chat goes on in another tab. Click here to use this one.",
  joined: "Your chats are now one conversation.",
  parted: "This chat is on its own again.",
  online: "Online",
  connecting: "Connecting",
  away: "Offline",
  tooLong: (/** @type {number} */ most) => `At most ${most} characters.`,
  via: (/** @type {string} */ channel) => `via ${SPELT[channel] ?? channel[0].toUpperCase() + channel.slice(1)}`,
  unread: (/** @type {number} */ n) => (n === 1 ? "1 unread message" : `${n} unread messages`),
  suggestions: (/** @type {number} */ n) => (n === 1 ? "1 suggestion" : `${n} suggestions`),
};
