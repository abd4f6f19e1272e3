/** Systems' own fonts, light and dark, one column from 320 px on. */
export const style = `:root{--paper:#fff;--card:#fff;--ink:#1b2128;--soft:#566270;--line:#d8dee5;--band:#f4f6f8;
--good:#1a6b34;--busy:#0b5cad;--warning:#8a5300;--bad:#b3201b;--off:#566270;
--good-band:#e6f4ea;--busy-band:#e5f0fb;--warning-band:#fdf1dc;--bad-band:#fdeaea;--off-band:#eef1f4}
@media(prefers-color-scheme:dark){:root{--paper:#14181d;--card:#1a1f26;--ink:#e4e9ef;--soft:#a3afbc;--line:#323b46;--band:#1f262e;
--good:#7ad694;--busy:#82bcff;--warning:#f2bd63;--bad:#ff9d96;--off:#a3afbc;
--good-band:#183222;--busy-band:#17304a;--warning-band:#3a2c12;--bad-band:#45201f;--off-band:#252d36}}
*{box-sizing:border-box}
html{background:var(--paper);color:var(--ink);font:15px/1.45 system-ui,sans-serif;-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:72rem;padding:0 1rem 2rem;overflow-wrap:anywhere}
h1{font-size:1.3rem;margin:0}h2{font-size:1rem;margin:1.6rem 0 .5rem}h3{font-size:.95rem;margin:0}
p{margin:.2rem 0}ul{margin:.3rem 0;padding-left:1.1rem}li{margin:.15rem 0}
code{font:.86em/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
a{color:var(--busy)}
dl{margin:0}dt{color:var(--soft);font-size:.8rem}dd{margin:0}
:focus-visible{outline:2px solid var(--busy);outline-offset:2px}
.exact,.url,.code,.hint,.more,footer{color:var(--soft);font-size:.85em}
#connection,#not-live{position:sticky;top:0;z-index:1;margin:0 -1rem;background:var(--bad-band);color:var(--bad)}
.lost #connection{padding:.6rem 1rem;border-bottom:2px solid var(--bad)}
#not-live{visibility:hidden;height:0;overflow:hidden;animation:appear 0s 90s forwards}
.is-live #not-live{display:none}
@keyframes appear{to{visibility:visible;height:auto;padding:.6rem 1rem}}
.lost main{filter:grayscale(1);border-left:4px solid var(--bad);padding-left:.8rem}
#lab{padding:1rem 0 .8rem}
#lab dl{display:flex;flex-wrap:wrap;gap:.5rem 2rem;margin-top:.5rem}
#verdict{padding:.6rem .9rem;border-radius:6px;font-weight:600;border-left:4px solid}
#verdict.good{background:var(--good-band);color:var(--good)}
#verdict.bad{background:var(--bad-band);color:var(--bad)}
.badge{display:inline-block;padding:0 .5em;border-radius:4px;font-weight:600;font-size:.85em;line-height:1.6}
.badge.good{background:var(--good-band);color:var(--good)}
.badge.busy{background:var(--busy-band);color:var(--busy)}
.badge.warning{background:var(--warning-band);color:var(--warning)}
.badge.bad{background:var(--bad-band);color:var(--bad)}
.badge.off{background:var(--off-band);color:var(--off)}
.exact{white-space:nowrap}
.state .exact{display:block}
strong{color:var(--warning);font-size:.9em}#connection strong{color:inherit;font-size:inherit}
.error{color:var(--bad)}
.master{display:grid;grid-template-columns:minmax(9rem,1.1fr) minmax(11rem,1fr) 3fr;gap:.15rem 1.2rem;padding:.55rem .8rem;
background:var(--card);border:1px solid var(--line);border-left:4px solid var(--line);margin-top:-1px}
.master.bad{border-left-color:var(--bad)}.master.warning{border-left-color:var(--warning)}
.master.busy{border-left-color:var(--busy)}.master.good{border-left-color:var(--good)}
.url{display:block}
.revisions{display:grid;grid-template-columns:1fr 1fr 1.7fr;gap:.15rem 1.2rem}
.wide,.details{grid-column:1/-1}
#lab .wide{flex-basis:100%}
.details{border-top:1px solid var(--line);margin-top:.35rem;padding-top:.35rem}
details>summary{cursor:pointer;padding:.15rem 0}
.pairs{display:flex;flex-wrap:wrap;gap:.1rem 1.4rem}
.pairs>div{display:flex;gap:.4rem}
footer{margin-top:2rem;border-top:1px solid var(--line);padding-top:.5rem}
html:not(.is-live) .live{display:none}
@media(max-width:48rem){.master{grid-template-columns:1fr auto}.revisions{grid-column:1/-1}.state .exact{display:none}
.state{text-align:right}}
@media(max-width:34rem){.revisions{grid-template-columns:1fr 1fr}.revisions>:nth-child(3){grid-column:1/-1}
#lab dl{gap:.4rem 1.4rem}#lab .exact{display:none}}
@media print{#connection,#not-live{position:static}}
`;
