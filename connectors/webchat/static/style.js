// Looks: one constructable stylesheet, so that no host needs to allow inline styles.

const css = `
:host{display:contents !important}
:host([mode=inline]){display:block !important;block-size:100%}
[hidden]{display:none !important}
*,*::before,*::after{box-sizing:border-box}
.root{
  --accent:var(--threadline-accent,#0b6e63);--on-accent:var(--threadline-on-accent,#fff);
  --bg:light-dark(#fff,#16181d);--surface:light-dark(#f6f5f2,#1d2027);--line:light-dark(#dddbd4,#363b46);
  --border:light-dark(#85888f,#7d8491);--ink:light-dark(#1b1d21,#eceef2);--muted:light-dark(#5d6169,#a3a9b5);
  --link:light-dark(#0b6e63,#5fd0c3);--bad:light-dark(#b3261e,#ff8a80);--focus:light-dark(#0b57d0,#8ab4f8);
  --warn-ink:light-dark(#5c3d00,#ffdf9e);--warn:light-dark(#fff4de,#3a2f16);
  --good:light-dark(#1e8e3e,#5bb974);--radius:var(--threadline-radius,16px);
  color-scheme:light dark;color:var(--ink);cursor:auto;direction:inherit;text-align:start;visibility:visible;
  font:400 15px/1.45 var(--threadline-font,system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif);
  letter-spacing:normal;text-transform:none;word-spacing:normal;text-indent:0;white-space:normal;
}
.root.light{color-scheme:light}.root.dark{color-scheme:dark}
.inline{block-size:100%}
button,textarea{font:inherit;color:inherit;margin:0}
button{cursor:pointer;border:0;background:none;padding:0}
:focus-visible{outline:2px solid var(--focus);outline-offset:2px}
.sr{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.launcher{position:fixed;inset-block-end:18px;inset-inline-end:18px;z-index:var(--threadline-z,2147483000);
  inline-size:60px;block-size:60px;border-radius:50%;background:var(--accent);color:var(--on-accent);
  display:grid;place-items:center;box-shadow:0 6px 20px #0003;transition:transform .18s}
.launcher:hover{transform:scale(1.04)}
.launcher svg{inline-size:28px;block-size:28px}
.start .launcher,.start .panel{inset-inline:18px auto}
.badge{position:absolute;inset-block-start:-4px;inset-inline-end:-4px;min-inline-size:22px;padding:0 6px;border-radius:11px;
  background:#b3261e;color:#fff;font-size:13px;font-weight:600;line-height:22px;font-variant-numeric:tabular-nums}
.panel{display:flex;flex-direction:column;background:var(--bg);overflow:hidden;position:relative;min-block-size:0}
.floating .panel{position:fixed;inset-block-end:88px;inset-inline-end:20px;z-index:var(--threadline-z,2147483000);
  inline-size:min(392px,calc(100vw - 40px));block-size:min(680px,calc(100dvh - 112px));
  border:1px solid var(--line);border-radius:var(--radius);box-shadow:0 12px 40px #0003;animation:rise .18s}
.inline .panel{block-size:100%;min-block-size:240px;max-block-size:100dvh}
@keyframes rise{from{opacity:0;transform:translateY(8px)}}
.header{display:flex;align-items:center;gap:12px;padding:12px 16px;min-block-size:64px;border-block-end:1px solid var(--line);flex:none}
.avatar{inline-size:36px;block-size:36px;border-radius:50%;display:grid;place-items:center;flex:none;font-weight:600;
  color:var(--link);background:light-dark(#dbe8e5,#203a37)}
.names{min-inline-size:0;flex:1}
.title{font-size:16px;font-weight:600;line-height:1.2;overflow-wrap:anywhere}
.sub{display:flex;align-items:center;gap:6px;font-size:13px;color:var(--muted)}
.dot{inline-size:8px;block-size:8px;border-radius:50%;background:#c98a1b;flex:none}
.online .dot{background:var(--good)}
.close{inline-size:40px;block-size:40px;border-radius:10px;display:grid;place-items:center;color:var(--muted);flex:none}
.close:hover{background:var(--surface);color:var(--ink)}
.notice{padding:8px 16px;font-size:13px;color:var(--warn-ink);background:var(--warn);flex:none;text-align:start;inline-size:100%}
.transcript{flex:1;overflow-y:auto;overscroll-behavior:contain;padding:16px 16px 4px;min-block-size:0}
.transcript:focus-visible{outline-offset:-3px}
.list{display:flex;flex-direction:column;gap:4px;min-block-size:100%;max-inline-size:760px;margin-inline:auto}
.hello{margin:auto;padding:24px;text-align:center;color:var(--muted);max-inline-size:280px;text-wrap:balance}
.day{align-self:center;font-size:12px;color:var(--muted);margin-block:12px 4px}
.message{display:flex;flex-direction:column;align-items:flex-start;max-inline-size:88%;align-self:flex-start;animation:rise .18s}
.old{animation:none}
.message:focus-visible{border-radius:10px}
.mine{align-self:flex-end;align-items:flex-end}
.first{margin-block-start:10px}
.who{font-size:12px;color:var(--muted);margin:0 2px 3px}
.message:not(.first) .who{display:none}
.bubble{padding:9px 14px;border-radius:18px;background:var(--surface);overflow-wrap:anywhere;white-space:pre-wrap;
  border-end-start-radius:6px;min-inline-size:0;max-inline-size:100%}
.mine .bubble{background:var(--accent);color:var(--on-accent);border-radius:18px;border-end-end-radius:6px}
.mine.waiting .bubble{opacity:.75}
.bubble a{color:var(--link);text-underline-offset:2px}
.mine .bubble a{color:inherit}
.links{display:flex;flex-wrap:wrap;gap:8px;margin-block-start:6px}
.links img{max-inline-size:100%}
.links a,.chip{border:1px solid var(--link);color:var(--link);border-radius:22px;padding:7px 14px;font-weight:600;
  min-block-size:38px;text-decoration:none;background:var(--bg);text-align:start;overflow-wrap:anywhere;max-inline-size:100%}
.chip:hover,.links a:hover{background:color-mix(in srgb,var(--link) 10%,var(--bg))}
.chips{display:flex;flex-wrap:wrap;gap:8px;margin-block:8px 2px}
.offer{margin-block:8px 2px;max-inline-size:100%}
.sheet{display:grid;gap:10px;margin-block-start:8px;padding:14px;border:1px solid var(--line);border-radius:14px;inline-size:300px;
  max-inline-size:100%}
.sheet label{display:block;font-weight:550;margin-block-end:3px;overflow-wrap:anywhere}
.sheet :is(input,select,textarea){inline-size:100%;min-block-size:40px;padding:6px 10px;font:inherit;font-size:16px;color:inherit;
  border:1px solid var(--border);border-radius:10px;background:var(--bg)}
.sheet [aria-invalid=true]{border-color:var(--bad)}
.sheet :is(input,select,textarea):focus-visible{outline:2px solid var(--focus)}
.error{margin:3px 0 0;font-size:13px;color:var(--bad)}
.error:empty{display:none}
.chip.go{background:var(--accent);color:var(--on-accent);border-color:transparent;justify-self:start}
dl,dd{margin:0}
dl.bubble div+div{margin-block-start:6px}
dt{font-size:13px;opacity:.85}
dd{font-weight:550}
.meta{display:flex;gap:6px;align-items:center;font-size:12px;color:var(--muted);margin:3px 2px 0;font-variant-numeric:tabular-nums}
.quiet .meta{display:none}
/* where a message got is told of the newest one only, and of what is not sent */
.mine:not(.lost,.waiting,:nth-last-child(1 of .mine)) .state{display:none}
.lost .meta{color:var(--bad)}
.lost .bubble{outline:1px solid var(--bad);outline-offset:1px}
.meta button{color:var(--link);font-weight:600;text-decoration:underline;min-block-size:24px;padding:0 2px}
.dock{position:relative;flex:none}
.fresh{position:absolute;inset-block-end:calc(100% + 8px);inset-inline:0;margin-inline:auto;inline-size:max-content;z-index:1;
  background:var(--bg);border:1px solid var(--line);border-radius:22px;padding:6px 14px;font-size:13px;font-weight:600;
  color:var(--link);box-shadow:0 4px 14px #0002}
.palette{list-style:none;margin:0;padding:6px;max-block-size:min(300px,45dvh);overflow-y:auto;position:absolute;z-index:2;
  inset-inline:0;inset-block-end:100%;max-inline-size:760px;margin-inline:auto;inline-size:calc(100% - 24px);
  background:var(--bg);border:1px solid var(--line);border-radius:14px;box-shadow:0 8px 28px #0002}
.palette li{padding:7px 12px;border-radius:8px;border-inline-start:3px solid transparent;cursor:pointer}
.palette li[aria-selected=true]{background:var(--surface);border-inline-start-color:var(--link)}
.palette b{font-family:ui-monospace,monospace;font-size:14px}
.palette span{color:var(--muted);font-size:13px}
.palette div{color:var(--muted);font-size:13px}
.composer{display:flex;align-items:flex-end;gap:4px;margin:8px auto 12px;inline-size:calc(100% - 24px);padding:4px;border:1px solid var(--border);border-radius:23px;
  background:var(--bg);flex:none;max-inline-size:760px}
.composer:focus-within{outline:2px solid var(--focus);outline-offset:-1px;border-color:transparent}
textarea{flex:1;min-inline-size:0;resize:none;border:0;outline:0;background:none;padding:7px 12px;font-size:16px;line-height:24px;
  max-block-size:134px;field-sizing:content}
textarea:focus-visible{outline:0}
textarea::placeholder{color:var(--muted);opacity:1}
.send{inline-size:38px;block-size:38px;border-radius:50%;display:grid;place-items:center;color:var(--muted);flex:none}
.send.ready{background:var(--accent);color:var(--on-accent)}
svg{fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round;inline-size:20px;block-size:20px}
:dir(rtl) .send svg{transform:scaleX(-1)}
@media (max-width:480px){
  .floating .panel{inset:0;inline-size:100%;block-size:100dvh;border:0;border-radius:0}
  .floating.open .launcher{display:none}
}
@media (prefers-reduced-motion:reduce){*{animation:none !important;transition:none !important}}
@media (forced-colors:active){.bubble,.launcher,.send,.avatar,.badge,.notice{border:1px solid}.palette li[aria-selected=true]{outline:2px solid}}
@media print{.composer,.launcher,.close,.fresh,.palette{display:none}.panel{position:static;block-size:auto;box-shadow:none}.transcript{overflow:visible}}
`;

let sheet;

/** The widget's stylesheet, made once a page. */
export function stylesheet() {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
  }
  return sheet;
}

/** @param {number[]} rgb 0 to 255 @returns {number} relative luminance by WCAG 2.2 */
function luminance(rgb) {
  const [r, g, b] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** @param {string} color */
function channels(color) {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(color.trim())?.[1];
  if (!hex) return null;
  const six = hex.length === 3 ? [...hex].map((digit) => digit + digit).join("") : hex;
  return [0, 2, 4].map((at) => Number.parseInt(six.slice(at, at + 2), 16));
}

/**
 * Darken an accent until what stands on it can be read (4.5:1); other notations than hex stay.
 * @param {string} accent @param {string} on
 */
export function readable(accent, on) {
  let rgb = channels(accent);
  const ink = channels(on || "#ffffff");
  if (!rgb || !ink) return accent;
  const contrast = () => (luminance(ink) + 0.05) / (luminance(/** @type {number[]} */ (rgb)) + 0.05);
  while (contrast() < 4.5 && rgb.some((value) => value > 0)) {
    rgb = rgb.map((value) => Math.floor(value * 0.95));
  }
  return `#${rgb.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}
