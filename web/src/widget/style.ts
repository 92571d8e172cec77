// A constructed sheet: pages whose policy forbids inline styles carry it all the same.

export const STYLE = `
:host {
  all: initial;
  color-scheme: light dark;
  --paper: #fff; --back: #f5f5f1; --ink: #1b2321; --soft: #59625f; --line: #dcdfd9;
  --accent: #0b6b63; --on-accent: #fff; --own: #dff0ed; --agent: #e4ecfb; --bad: #a8231c; --warn: #fdf3dc; --on-warn: #6b4700;
  font: 15px/1.45 system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif;
  color: var(--ink);
}
@media (prefers-color-scheme: dark) {
  :host {
    --paper: #1b2021; --back: #131718; --ink: #e4e9e7; --soft: #a0aba7; --line: #313a3a;
    --accent: #54cbbb; --on-accent: #06211e; --own: #173a36; --agent: #1f2b45; --bad: #ff9a8f; --warn: #2d2718; --on-warn: #e9c46a;
  }
}
* { box-sizing: border-box; margin: 0; font: inherit; color: inherit; }
button { cursor: pointer; border: 1px solid var(--line); border-radius: 8px; background: var(--paper); padding: .4rem .75rem; }
button:hover { border-color: var(--accent); }
button:focus-visible, textarea:focus-visible, .log:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
button:disabled { opacity: .5; cursor: default; }
.launch {
  position: fixed; right: 1rem; bottom: 1rem; z-index: 2147483000; border: 0; border-radius: 999px;
  padding: .8rem 1.2rem; font-weight: 600; background: var(--accent); color: var(--on-accent);
  box-shadow: 0 4px 18px rgb(0 0 0 / .25);
}
.badge { margin-left: .5rem; padding: 0 .5rem; border-radius: 999px; background: var(--on-accent); color: var(--accent); }
.panel {
  position: fixed; right: 1rem; bottom: 1rem; z-index: 2147483000; display: flex; flex-direction: column;
  width: min(24rem, calc(100vw - 2rem)); height: min(36rem, calc(100dvh - 2rem));
  background: var(--paper); border: 1px solid var(--line); border-radius: 14px; overflow: hidden;
  box-shadow: 0 10px 36px rgb(0 0 0 / .28);
}
[hidden] { display: none !important; }
header { display: flex; align-items: center; gap: .6rem; padding: .7rem .6rem .7rem 1rem; border-bottom: 1px solid var(--line); }
header div { flex: 1; min-width: 0; }
h2 { font-weight: 700; font-size: 1.05rem; line-height: 1.2; }
.state { color: var(--soft); font-size: .9rem; }
.state.person { color: var(--accent); font-weight: 600; }
.close { border: 0; padding: .3rem .6rem; font-size: 1.2rem; line-height: 1; background: none; }
.log { flex: 1; overflow: auto; padding: .8rem 1rem; background: var(--back); overscroll-behavior: contain; }
.row { max-width: 86%; width: fit-content; margin-top: .3rem; }
.row.first { margin-top: .8rem; }
.who { display: block; color: var(--soft); font-size: .85rem; margin: 0 0 .1rem .2rem; }
.text { padding: .5rem .75rem; border-radius: 12px; background: var(--paper); border: 1px solid var(--line); white-space: pre-line; overflow-wrap: anywhere; }
.agent .text { background: var(--agent); border-color: transparent; }
.visitor { margin-left: auto; }
.visitor .text { background: var(--own); border-color: transparent; }
.unsent { opacity: .65; }
.notice { max-width: none; width: auto; text-align: center; color: var(--soft); font-size: .93rem; padding: .2rem 1rem; }
.typing { color: var(--soft); font-size: .9rem; padding: .25rem 1rem; min-height: 1.9rem; background: var(--back); }
.typing i { display: inline-block; width: .38rem; height: .38rem; margin-right: .2rem; border-radius: 50%; background: currentColor; animation: beat 1.2s infinite; }
.typing i:nth-child(2) { animation-delay: .2s } .typing i:nth-child(3) { animation-delay: .4s; margin-right: .5rem }
@keyframes beat { 30% { opacity: .25 } }
@media (prefers-reduced-motion: reduce) { .typing i { animation: none } }
.trouble { padding: .4rem 1rem; background: var(--warn); color: var(--on-warn); font-size: .93rem; }
form, .over { padding: .6rem .8rem .8rem; border-top: 1px solid var(--line); }
.entry { display: flex; gap: .5rem; align-items: stretch; }
textarea { flex: 1; min-width: 0; resize: none; height: 3.2rem; padding: .5rem .6rem; border: 1px solid var(--line); border-radius: 8px; background: var(--paper); }
.send { background: var(--accent); color: var(--on-accent); border-color: var(--accent); font-weight: 600; }
.more { display: flex; justify-content: space-between; gap: .5rem; margin-top: .5rem; font-size: .9rem; }
textarea::placeholder { color: var(--soft); opacity: 1; }
.more button { padding: .25rem .6rem; } .more .end { margin-left: auto; }
.over { text-align: center; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 480px) { .panel { right: 0; bottom: 0; width: 100vw; height: 100dvh; border: 0; border-radius: 0; } }
`
