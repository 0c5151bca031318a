#!/bin/sh
# Makes this clone ready to run: npm packages, Node 26 (through the npm package `node`), and what the machine lacks.
#
#   sh scripts/setup.sh             npm packages and Node 26
#   sh scripts/setup.sh --engine    also a container engine, when none is there
#   sh scripts/setup.sh --test      also all that the tests run: both engines, an image registry, tmux
#   sh scripts/setup.sh --slurm     also Slurm, which one bench compares with
#   sh scripts/setup.sh --package   also what executables and packages are made with
#   sh scripts/setup.sh --machines  also what the tests of the installer boot whole systems with
#
# Every npm script calls it first, so it takes well under a second when everything is there. It needs git, npm and
# Node 20 or later, and for system packages root or sudo without a password; otherwise it prints the command to run.
# All it says goes to stderr. Logs are kept in .state/ and named when something fails.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
stamp=node_modules/.suanlink-packages
node26=node_modules/.bin/node

want_engine=false
want_test=false
want_slurm=false
want_package=false
want_machines=false
for word in "$@"; do
  case $word in
    --engine) want_engine=true ;;
    --test) want_test=true ;;
    --slurm) want_slurm=true ;;
    --package) want_package=true ;;
    --machines) want_machines=true ;;
    *)
      echo "setup: unknown option $word (--engine, --test, --slurm, --package, --machines)" >&2
      exit 2
      ;;
  esac
done

say() { echo "setup: $*" >&2; }

fail() {
  say "$*"
  exit 1
}

# npm puts our own Node 26 first on the path; `npm ci` must not run on what it is about to delete.
PATH=$(printf '%s' "$PATH" | tr ':' '\n' | grep -v 'node_modules' | paste -sd: -)
# Daemons live where a plain user's path does not look.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH

has() { command -v "$1" >/dev/null 2>&1; }

# --- one set-up of this clone at a time ------------------------------------------------------------------------------

one_at_a_time() {
  mkdir -p .state
  if has flock; then
    exec 9>.state/setup.lock
    if ! flock -n 9; then
      say "another set-up of this clone is running; waiting for it"
      flock 9
    fi
  fi
}

# --- npm packages and Node 26 ----------------------------------------------------------------------------------------

lock_hash() { sha256sum package-lock.json | cut -d' ' -f1; }

packages_ready() {
  [ -x "$node26" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(lock_hash)" ]
}

# node-pty is C++ that npm builds from source. It needs Node's headers of any version: those beside the Node at hand, or
# node-gyp fetches them.
pty=node_modules/node-pty/build/Release/pty.node

pty_ready() { [ -e "$pty" ]; }

missing_for_pty() {
  has make || echo make
  has g++ || echo g++
  has python3 || echo python3
}

build_pty() {
  say "building node-pty ..."
  headers=$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")
  if [ -z "${npm_config_nodedir:-}" ] && [ -e "$headers/include/node/node_api.h" ]; then
    export npm_config_nodedir="$headers"
  fi
  # npm may be set not to run packages' install scripts, which is what builds it.
  logged .state/node-pty.log npm rebuild node-pty --ignore-scripts=false --foreground-scripts
  pty_ready || fail "node-pty was not built; the output is in $root/.state/node-pty.log"
}

is_node26() { case $("$node26" --version 2>/dev/null) in v26.*) true ;; *) false ;; esac; }

# logged LOG COMMAND...: its output to LOG; the end of it on failure.
logged() {
  log=$1
  shift
  if "$@" >"$log" 2>&1 </dev/null 9>&-; then return 0; fi
  tail -n 20 "$log" >&2
  say "failed: $*"
  fail "the whole output is in $root/$log"
}

install_packages() {
  has node || fail "Node 20 or later is needed: apt-get install -y nodejs npm (Ubuntu 24.04), or https://nodejs.org"
  has npm || fail "npm is needed: apt-get install -y npm"
  major=$(node -p 'process.versions.node.split(".")[0]')
  [ "$major" -ge 20 ] || fail "Node 20 or later is needed to install; this is $(node --version) ($(command -v node))"
  began=$(date +%s)
  say "installing npm packages ..."
  rm -f "$stamp"
  if ! npm ci --no-audit --no-fund >.state/npm.log 2>&1 </dev/null 9>&-; then
    # A lock file made where the registry lacked packages of other platforms is refused by `npm ci` for those alone;
    # `npm install` takes the same versions from it. Whatever else was wrong fails again, and is shown.
    logged .state/npm.log npm install --no-save --no-audit --no-fund
  fi
  if ! is_node26; then
    # npm may be set not to run packages' install scripts; this one fetches the Node binary for this machine.
    say "fetching Node 26 ..."
    logged .state/node26.log sh -c 'cd node_modules/node && node installArchSpecificPackage'
    mkdir -p node_modules/.bin
    [ -e "$node26" ] || ln -s ../node/bin/node "$node26"
  fi
  pty_ready || build_pty
  is_node26 || fail "node_modules/node gives no Node 26 on $(uname -sm): $("$node26" --version 2>&1 | head -n 1)"
  lock_hash >"$stamp"
  say "npm packages ready ($(($(date +%s) - began)) s)"
}

# Node 26 is linked with libatomic, which a bare Debian 12 does not have.
lacks_libatomic() { has ldconfig && ! ldconfig -p | grep -q 'libatomic\.so\.1'; }

# --- system packages -------------------------------------------------------------------------------------------------

# Static, since the test image holds nothing but it.
has_static_busybox() { [ -x /bin/busybox ] && ! ldd /bin/busybox >/dev/null 2>&1; }

# crun, Podman's usual runtime, refuses hybrid and v1 cgroups; there runc must be had.
needs_runc() { [ ! -e /sys/fs/cgroup/cgroup.controllers ] && ! has runc; }

# Whether a Docker or Podman answers on one of the usual sockets.
engine_answers() {
  "$node26" -e '
    const { existsSync } = require("node:fs");
    const { get } = require("node:http");
    const given = (process.env.DOCKER_HOST ?? "").replace(/^unix:\/\//, "");
    const user = process.env.XDG_RUNTIME_DIR ?? "/run/user/" + process.getuid();
    const sockets = [given, "/var/run/docker.sock", "/run/podman/podman.sock", user + "/podman/podman.sock"];
    const ask = (socketPath) => new Promise((good, bad) => {
      get({ socketPath, path: "/_ping", timeout: 3000 }, (answer) => (answer.statusCode === 200 ? good() : bad()))
        .on("timeout", bad).on("error", bad);
    });
    Promise.any(sockets.filter((path) => path.startsWith("/") && existsSync(path)).map(ask))
      .then(() => process.exit(0), () => process.exit(1));
  '
}

missing_for_engine() {
  if ! has podman && ! engine_answers; then echo podman; fi
  if has podman && needs_runc; then echo runc; fi
  if ! has podman && ! engine_answers && ! has runc; then echo runc; fi
  has_static_busybox || echo busybox-static
}

missing_for_test() {
  has podman || echo podman
  has runc || echo runc
  has runsc || echo runsc
  has dockerd || echo docker.io
  has docker-registry || echo docker-registry
  has tmux || echo tmux
  has faketime || echo faketime
  has shellcheck || echo shellcheck
  has systemd-analyze || echo systemd
  has setpriv || echo util-linux
  has_static_busybox || echo busybox-static
}

# Prometheus' checker of rules and metrics, out of its package: the server, its pages and its service are not wanted.
promtool=.state/bin/promtool

fetch_promtool() {
  if has promtool || [ -x "$promtool" ]; then return 0; fi
  one_at_a_time
  has apt-get || fail "please install promtool, which is a part of Prometheus"
  say "fetching promtool ..."
  rm -rf .state/promtool
  mkdir -p .state/promtool .state/bin
  fetch="cd .state/promtool && apt-get download prometheus && dpkg-deb --fsys-tarfile prometheus_*.deb | tar -x ./usr/bin/promtool"
  if ! sh -c "$fetch" >.state/promtool.log 2>&1 9>&-; then
    find_root || fail "please run this first, then the same command again: sudo apt-get update"
    logged .state/apt-update.log apt_get update
    logged .state/promtool.log sh -c "$fetch"
  fi
  mv .state/promtool/usr/bin/promtool "$promtool"
  rm -rf .state/promtool
}

missing_for_slurm() {
  has munged || echo munge
  has slurmctld || echo slurmctld
  has slurmd || echo slurmd
  has sbatch || echo slurm-client
}

missing_for_package() {
  has xz || echo xz-utils
  has x86_64-linux-gnu-strip || echo binutils
  has aarch64-linux-gnu-strip || echo binutils-aarch64-linux-gnu
  has aarch64-linux-gnu-g++ || echo g++-aarch64-linux-gnu
  has rpmbuild || echo rpm
  has dpkg-deb || echo dpkg
}

# Also an arm64 processor to run the arm64 executable on.
missing_for_machines() {
  has podman || echo podman
  has runc || echo runc
  has debootstrap || echo debootstrap
  has qemu-aarch64-static || echo qemu-user-static
  has rpm2cpio || echo rpm
  has cpio || echo cpio
  [ -e /usr/aarch64-linux-gnu/lib/libc.so.6 ] || echo libc6-arm64-cross
  [ -e /usr/aarch64-linux-gnu/lib/libstdc++.so.6 ] || echo libstdc++6-arm64-cross
  [ -e /usr/aarch64-linux-gnu/lib/libatomic.so.1 ] || echo libatomic1-arm64-cross
  has_static_busybox || echo busybox-static
}

# How to become root; false when there is no way without asking.
find_root() {
  as_root=
  [ "$(id -u)" = 0 ] && return 0
  has sudo && sudo -n true 2>/dev/null && as_root=sudo
}

apt_install() {
  # shellcheck disable=SC2086 # a list of words
  set -- $1
  if ! has apt-get; then
    fail "please install what this needs, by its Debian names: $* (Fedora, RHEL, openEuler: dnf install podman runc busybox)"
  fi
  find_root ||
    fail "please run this first, then the same command again: sudo apt-get install -y --no-install-recommends $*"
  began=$(date +%s)
  say "installing system packages: $* ..."
  if ! apt_get install "$@" >.state/apt.log 2>&1; then
    say "refreshing the package lists ..."
    logged .state/apt-update.log apt_get update
    logged .state/apt.log apt_get install "$@"
  fi
  say "system packages ready ($(($(date +%s) - began)) s)"
}

# apt_get update | apt_get install PACKAGE...
apt_get() {
  action=$1
  shift
  [ "$action" = install ] && set -- -y --no-install-recommends "$@"
  # dpkg's lock may be held by the machine's own updates for a while.
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 "$action" "$@" </dev/null 9>&-
}

# --- what was asked for ----------------------------------------------------------------------------------------------

if ! packages_ready; then
  one_at_a_time
  if lacks_libatomic; then apt_install libatomic1; fi
  tools=$(missing_for_pty | paste -sd' ' -)
  if [ -n "$tools" ]; then apt_install "$tools"; fi
  packages_ready || install_packages
fi

missing=
if $want_engine; then missing=$(missing_for_engine); fi
if $want_test; then missing=$(printf '%s\n%s\n' "$missing" "$(missing_for_test)"); fi
if $want_slurm; then missing=$(printf '%s\n%s\n' "$missing" "$(missing_for_slurm)"); fi
if $want_package; then missing=$(printf '%s\n%s\n' "$missing" "$(missing_for_package)"); fi
if $want_machines; then missing=$(printf '%s\n%s\n' "$missing" "$(missing_for_machines)"); fi
missing=$(printf '%s\n' "$missing" | grep . | sort -u | paste -sd' ' - || true)
if [ -n "$missing" ]; then
  one_at_a_time
  apt_install "$missing"
fi
if $want_test; then fetch_promtool; fi
