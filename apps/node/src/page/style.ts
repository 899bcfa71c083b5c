/** System fonts and colours of sufficient contrast in both schemes; nothing from another origin. */
export const STYLE = `:root { color-scheme: light dark; --line: #8888; --good: #0a6b2d; --bad: #a11212; }
@media (prefers-color-scheme: dark) { :root { --good: #6fdc96; --bad: #ff9a9a; } }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 48rem; margin: 0 auto; padding: 1rem; }
h1 { line-height: 1.2; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: start; font-weight: 600; padding-block: .5rem; }
th, td { border-bottom: 1px solid var(--line); padding: .4rem .6rem .4rem 0; text-align: start; vertical-align: top; }
td { overflow-wrap: anywhere; }
code { font: .95em ui-monospace, monospace; overflow-wrap: anywhere; }
pre { border: 1px solid var(--line); overflow-x: auto; padding: .6rem; }
.good { color: var(--good); font-weight: 600; }
.bad { color: var(--bad); font-weight: 600; }
nav a { display: inline-block; margin-inline-end: 1rem; min-height: 24px; padding-block: .3rem; }
`;
