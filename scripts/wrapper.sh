#!/bin/sh
# suanlink: finds the Node.js it needs (26 or newer) and runs suanlink.mjs beside this file, whatever the directory and
# however many links lead here. SUANLINK_NODE names a Node.js to use instead of looking.
set -eu

self=$0
case $self in */*) ;; *) self=./$self ;; esac
while [ -L "$self" ]; do
  target=$(readlink "$self")
  case $target in
    /*) self=$target ;;
    *) self=${self%/*}/$target ;;
  esac
done
here=$(CDPATH='' cd -- "${self%/*}" && pwd -P)

fail() {
  printf 'suanlink: %s\n' "$@" >&2
  exit 125
}

find_node() {
  if [ -n "${SUANLINK_NODE:-}" ]; then
    [ -x "$SUANLINK_NODE" ] || fail "SUANLINK_NODE is $SUANLINK_NODE, which cannot be run"
    node=$SUANLINK_NODE
    return
  fi
  node=$here/../node_modules/node/bin/node
  [ -x "$node" ] && return
  node=$(command -v node) || fail 'needs Node.js 26 or newer, and there is no node on PATH' \
    'run npm ci in the repository, or set SUANLINK_NODE to a Node.js 26'
  version=$("$node" --version)
  major=${version#v}
  major=${major%%.*}
  [ "$major" -ge 26 ] || fail "needs Node.js 26 or newer; $node is $version" \
    'run npm ci in the repository, or set SUANLINK_NODE to a Node.js 26'
}

find_node
# An agent idles for weeks beside paying jobs: V8 without its last optimising compiler, with the one before it for hot code
# only and with a small young generation, and malloc giving back what was freed, keep it a fifth smaller
# (docs/adr/0001-node-26.md).
flags=
if [ "${1:-}" = agent ]; then
  export MALLOC_TRIM_THRESHOLD_=131072
  flags='--no-opt --optimize-for-size --max-semi-space-size=1 --invocation-count-for-maglev=20000'
fi
# A scheduler keeps thousands of agents in mind: its young generation stays small. How far the rest of the heap may grow it says
# itself (scheduler/heap-growth.ts). What a lease leaves behind dies young; V8 must not take it for old by where it was made.
if [ "${1:-}" = scheduler ]; then
  flags='--max-semi-space-size=16 --no-allocation-site-pretenuring'
fi
# A view that is left open for days draws once a second: small memory counts for more than speed (docs/performance.md).
case ${1:-} in top | tui) flags='--no-opt --max-semi-space-size=4' ;; esac
# Of a whole fleet there is much to read and to sort between a key and its frame.
case "${1:-} $* " in 'top '*' --fleet '* | 'tui '*' --fleet '*) flags='--max-semi-space-size=16' ;; esac
# shellcheck disable=SC2086 # a list of words
# After -- nothing is an option of Node's own (it has an --env-file too).
exec "$node" $flags -- "$here/suanlink.mjs" "$@"
