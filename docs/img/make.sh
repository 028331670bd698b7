#!/usr/bin/env bash
# Makes the pictures of the README: a plan in a terminal, and the page. Needs chromium; the account is the emulator's.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
root="$here/../.."
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

cargo build --manifest-path "$root/Cargo.toml"
aerialctl="$(realpath "$root/target/debug/aerialctl")"
cp -r "$root/examples/." "$work"
cd "$work"

shot() { # picture, file, width, height
  chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$work/profile" \
    --window-size="$3,$4" --screenshot="$here/$1" "file://$work/$2" >/dev/null 2>&1
}

# A terminal's colours as HTML.
terminal() { # command line as it is shown; the output is read
  printf '<!doctype html><meta charset="utf-8"><style>
    body { margin: 0; padding: 18px 22px; background: #14171b; color: #e6e9ee; font: 14px/1.4 ui-monospace, "DejaVu Sans Mono", monospace; }
    pre { margin: 0; font: inherit; } .p { color: #a3acb8; }
    .c1 { font-weight: 700; } .c2 { color: #8b95a1; } .c31 { color: #ff8f96; } .c32 { color: #6ad08f; } .c33 { color: #f2c572; } .c36 { color: #7db8f7; }
    </style><pre><span class="p">$ %s</span>\n' "$1"
  awk '{
    gsub(/&/, "\\&amp;"); gsub(/</, "\\&lt;"); gsub(/>/, "\\&gt;")
    out = ""
    while (match($0, /\033\[[0-9;]*m/)) {
      out = out substr($0, 1, RSTART - 1)
      codes = substr($0, RSTART + 2, RLENGTH - 3)
      $0 = substr($0, RSTART + RLENGTH)
      if (codes == "" || codes == "0") { while (open > 0) { out = out "</span>"; open-- } }
      else { gsub(/;/, " c", codes); out = out "<span class=\"c" codes "\">"; open++ }
    }
    print out $0
  }'
}

COLUMNS=100 "$aerialctl" plan --file fleet --emulator --emulator-seed emulator/fleet.yaml --color always --quiet 2>/dev/null |
  terminal 'aerialctl plan' >plan.html
shot plan.png plan.html 900 "$(($(wc -l <plan.html) * 20 - 50))"

rm -rf .aerialctl
"$aerialctl" report --file acme.yaml --emulator --emulator-seed emulator/acme.yaml --out page.html --quiet
shot page.png page.html 1100 1220

for picture in plan page; do
  size="$(stat --format %s "$here/$picture.png")"
  echo "$picture.png: $size bytes"
  [ "$size" -lt 200000 ]
done
