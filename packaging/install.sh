#!/bin/sh
# Installs, upgrades, rolls back and removes suanlink. POSIX sh; root; nothing runs until the last line has been read.
#
#   sh install.sh --bundle suanlink-1.0.0-linux-x64.tar.gz --join-token-file join-token      offline
#   sh install.sh --base-url https://mirror.example/suanlink --join-token-file join-token    from any mirror
#   sh install.sh --help
#
# What is installed comes from a bundle whose list of checksums is signed; the key to check that stands below, so no
# mirror has to be trusted. The version goes to /opt/suanlink/VERSION, and one rename of the link /usr/local/bin/suanlink
# puts it to use. Everything made is written to /var/lib/suanlink/install.manifest first: that is what --uninstall removes.
# It may be interrupted anywhere and run again.
#
# Exit codes:
#   0  done, or nothing to do              6  the new version did not become healthy; the one before runs again
#   1  failed in another way               7  not enough room on a disk
#   2  wrong usage                         8  the download failed
#   3  this machine cannot be served       9  the bundle is damaged (checksum, contents)
#   4  the signature is wrong             10  another install runs, or a package manager owns suanlink
#   5  something is missing here (root, a tool, a library), or leases still run
# shellcheck disable=SC2015,SC2016 # A && B || C with a B that does not fail; texts that name variables
set -eu
umask 022
LC_ALL=C
export LC_ALL

# The Ed25519 key that releases are signed with.
release_key='@PUBLIC_KEY@'
# The same key as a certificate, for openssl 1.1.1, which checks Ed25519 in certificates only.
release_authority='@AUTHORITY@'

# --- words -----------------------------------------------------------------------------------------------------------

# both ENGLISH CHINESE: the one in the chosen language.
both() {
  if [ "$lang" = zh ]; then printf '%s\n' "$2"; else printf '%s\n' "$1"; fi
}

say() {
  both "$@" >&2
  if [ -n "$log" ]; then printf '%s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$1" >>"$log" 2>/dev/null || true; fi
}

# die CODE ENGLISH CHINESE
die() {
  code=$1
  shift
  say "error: $1" "错误：$2"
  exit "$code"
}

usage() {
  both 'usage: sh install.sh [options]

  --bundle FILE            install this bundle, offline
  --base-url URL           download from here (any mirror; default: $SUANLINK_BASE_URL)
  --version VERSION        this version (default: what LATEST at the base URL says)
  --role ROLE              agent (default), scheduler or both: which services to set up
  --join-token-file FILE   enrol the node with this token and start the agent
  --proxy URL              proxy for the download; with --join-token-file also on the way of the
                           agent to its scheduler, in /etc/suanlink/conf.d/proxy.yaml (0600)
  --ca-file FILE           certificate authority for the download
  --prefix DIR             where versions go (default: /opt/suanlink)
  --no-start               set up, but start nothing
  --root DIR               install into this tree instead of the running system (images); starts nothing
  --rollback               put the version before to use again
  --uninstall [--purge]    remove; with --purge also configuration, state and user
  --force                  with --uninstall: even when leases run
  --dry-run                say what would be done, change nothing
  --lang en|zh             language of messages (default: by $LANG)
  --log-file FILE          (default: /var/log/suanlink-install.log)
' '用法：sh install.sh [选项]

  --bundle 文件            离线安装这个安装包
  --base-url URL           从这里下载（任何镜像；默认 $SUANLINK_BASE_URL）
  --version 版本           安装这个版本（默认：下载地址下 LATEST 所写）
  --role 角色              agent（默认）、scheduler 或 both：设置哪些服务
  --join-token-file 文件   用此令牌登记本节点并启动 agent
  --proxy URL              下载所用的代理服务器；与 --join-token-file 同用时，agent 也经它到达
                           调度器（写入 /etc/suanlink/conf.d/proxy.yaml，权限 0600）
  --ca-file 文件           下载所用的证书机构
  --prefix 目录            各版本的安装目录（默认 /opt/suanlink）
  --no-start               只设置，不启动
  --root 目录              安装到此目录树（制作镜像），不启动任何服务
  --rollback               恢复使用上一个版本
  --uninstall [--purge]    卸载；加 --purge 同时删除配置、状态和用户
  --force                  与 --uninstall 同用：有租约运行也继续
  --dry-run                只说明将做什么，不作任何改动
  --lang en|zh             提示语言（默认按 $LANG）
  --log-file 文件          日志（默认 /var/log/suanlink-install.log）
'
}

# --- options ---------------------------------------------------------------------------------------------------------

defaults() {
  case ${SUANLINK_LANG:-${LANG:-}} in zh*) lang=zh ;; *) lang=en ;; esac
  log='' action=install bundle='' base_url=${SUANLINK_BASE_URL:-} version='' role=agent token_file='' proxy='' ca_file=''
  prefix=/opt/suanlink start=true root='' purge=false force=false dry=false log_file=/var/log/suanlink-install.log
}

need() { [ "$2" -ge 2 ] || die 2 "$1 needs a value" "$1 需要一个值"; }

options() {
  while [ $# -gt 0 ]; do
    case $1 in
      --bundle | --base-url | --version | --role | --join-token-file | --proxy | --ca-file | --prefix | --root | --lang | --log-file)
        need "$1" $#
        case $1 in
          --bundle) bundle=$2 ;;
          --base-url) base_url=${2%/} ;;
          --version) version=$2 ;;
          --role) role=$2 ;;
          --join-token-file) token_file=$2 ;;
          --proxy) proxy=$2 ;;
          --ca-file) ca_file=$2 ;;
          --prefix) prefix=$2 ;;
          --root) root=${2%/} ;;
          --lang) lang=$2 ;;
          --log-file) log_file=$2 ;;
        esac
        shift
        ;;
      --no-start) start=false ;;
      --rollback) action=rollback ;;
      --uninstall) action=uninstall ;;
      --purge) purge=true ;;
      --force) force=true ;;
      --dry-run) dry=true ;;
      --help | -h)
        usage
        exit 0
        ;;
      *) die 2 "unknown option $1; see --help" "未知选项 $1；见 --help" ;;
    esac
    shift
  done
  case $lang in zh* | en*) lang=${lang%"${lang#??}"} ;; *) die 2 '--lang is en or zh' '--lang 为 en 或 zh' ;; esac
  case $role in agent | scheduler | both) ;; *) die 2 '--role is agent, scheduler or both' '--role 为 agent、scheduler 或 both' ;; esac
  case $prefix in /*) ;; *) die 2 '--prefix must begin with /' '--prefix 须以 / 开头' ;; esac
  if $purge && [ "$action" != uninstall ]; then die 2 '--purge goes with --uninstall' '--purge 须与 --uninstall 同用'; fi
  if [ "$action" = install ] && [ -z "$bundle" ] && [ -z "$base_url" ]; then
    die 2 'say --bundle FILE or --base-url URL; see --help' '请用 --bundle 或 --base-url；见 --help'
  fi
  for file in "$bundle" "$token_file" "$ca_file"; do
    [ -z "$file" ] || [ -r "$file" ] || die 2 "$file cannot be read" "无法读取 $file"
  done
  if enrols_by_proxy; then
    case $proxy in
      *[![:graph:]]*) die 2 '--proxy is a URL such as http://proxy.example:3128' '--proxy 为地址，例如 http://proxy.example:3128' ;;
      http://*) ;;
      *://*) die 2 'the agent goes through HTTP proxies only: --proxy http://HOST:PORT' 'agent 只支持 HTTP 代理服务器：--proxy http://主机:端口' ;;
      *) proxy=http://$proxy ;;
    esac
  fi
  [ -z "$root" ] || start=false
}

# Whether a node enrols here that has only a proxy to go through.
enrols_by_proxy() { [ -n "$proxy" ] && [ -n "$token_file" ] && [ "$role" != scheduler ]; }

places() {
  versions=$root$prefix
  link=$root/usr/local/bin/suanlink
  etc=$root/etc/suanlink
  state=$root/var/lib/suanlink
  manifest=$state/install.manifest
  units=$root/etc/systemd/system
  lock=$root/var/lib/suanlink-install.lock
}

# Each unit of the role.
unit_names() {
  case $role in
    agent) echo suanlink-agent ;;
    scheduler) echo suanlink-scheduler ;;
    both) echo suanlink-agent suanlink-scheduler ;;
  esac
}

# --- what kind of machine --------------------------------------------------------------------------------------------

has() { command -v "$1" >/dev/null 2>&1; }

init_system() {
  if [ -n "$root" ]; then
    echo none
  elif [ -d /run/systemd/system ] && has systemctl; then
    echo systemd
  elif has openrc-run && has rc-service; then
    echo openrc
  elif has update-rc.d || has chkconfig; then
    echo sysv
  else
    echo none
  fi
}

platform() {
  [ "$(uname -s)" = Linux ] || die 3 "this is for Linux, not $(uname -s)" "只支持 Linux，本机为 $(uname -s)"
  machine=$(uname -m)
  case $machine in
    x86_64 | amd64) arch=x64 ;;
    aarch64 | arm64) arch=arm64 ;;
    *)
      die 3 "there is no bundle for $machine (there are x86_64 and aarch64); with a Node.js 26 of your own use suanlink-*-node.tar.gz" \
        "没有 $machine 的安装包（有 x86_64 和 aarch64）；如自备 Node.js 26，可用 suanlink-*-node.tar.gz"
      ;;
  esac
  if ldd --version 2>&1 | grep -qi musl || [ -e "/lib/ld-musl-$machine.so.1" ] && ! has getconf; then
    die 3 'this system uses musl; suanlink needs glibc 2.28 or newer' '本系统使用 musl；suanlink 需要 glibc 2.28 或更新'
  fi
  libc=$(getconf GNU_LIBC_VERSION 2>/dev/null || true)
  libc=${libc#glibc }
  case $libc in
    [0-9]*.[0-9]*) ;;
    *) die 3 'this system has no glibc, or does not say which; 2.28 or newer is needed' '本系统没有 glibc 或无法得知其版本；需要 2.28 或更新' ;;
  esac
  minor=${libc#*.}
  if [ "${libc%%.*}" -lt 2 ] || { [ "${libc%%.*}" -eq 2 ] && [ "${minor%%.*}" -lt 28 ]; }; then
    die 3 "glibc is $libc; 2.28 or newer is needed (Debian 10, RHEL 8, openEuler 20.03 and newer)" \
      "glibc 版本为 $libc；需要 2.28 或更新（Debian 10、RHEL 8、openEuler 20.03 及更新）"
  fi
}

# Whether the dynamic linker finds a library; unknown counts as yes, the program's own start tells.
finds_library() {
  ! has ldconfig && [ ! -x /sbin/ldconfig ] && return 0
  { ldconfig -p 2>/dev/null || /sbin/ldconfig -p 2>/dev/null; } | grep -q "$1"
}

preflight() {
  platform
  if [ -z "$root" ] && [ "$(id -u)" != 0 ]; then
    die 5 'this must be run as root: sudo sh install.sh ...' '请以 root 运行：sudo sh install.sh ...'
  fi
  for tool in tar sha256sum openssl sed grep df; do
    has "$tool" || die 5 "the program $tool is missing (Debian, Ubuntu: apt-get install $tool; RHEL, openEuler: dnf install $tool)" \
      "缺少程序 $tool（Debian、Ubuntu：apt-get install $tool；RHEL、openEuler：dnf install $tool）"
  done
  for library in libatomic.so.1 libstdc++.so.6; do
    finds_library "$library" || die 5 "the library $library is missing (Debian, Ubuntu: apt-get install libatomic1 libstdc++6; RHEL, openEuler: dnf install libatomic libstdc++)" \
      "缺少运行库 $library（Debian、Ubuntu：apt-get install libatomic1 libstdc++6；RHEL、openEuler：dnf install libatomic libstdc++）"
  done
  if [ -z "$root" ] && has dpkg-query && dpkg-query -S /usr/bin/suanlink >/dev/null 2>&1; then
    die 10 'suanlink was installed by dpkg; upgrade or remove it with apt' 'suanlink 由 dpkg 安装；请用 apt 升级或删除'
  fi
  if [ -z "$root" ] && has rpm && rpm -qf /usr/bin/suanlink >/dev/null 2>&1; then
    die 10 'suanlink was installed by rpm; upgrade or remove it with dnf' 'suanlink 由 rpm 安装；请用 dnf 升级或删除'
  fi
}

# A node needs an engine that the agent can speak to: Docker, or Podman 4 (that of Debian 11 is 3.0).
engine() {
  [ "$role" != scheduler ] && [ -z "$root" ] && [ ! -S /var/run/docker.sock ] || return 0
  if ! has podman; then
    say 'warning: there is no Docker or Podman here; the agent needs one' '警告：本机没有 Docker 或 Podman；agent 需要其一'
    return 0
  fi
  found=$(podman --version 2>/dev/null || true)
  found=${found##* }
  case ${found%%.*} in
    [0-3]) die 5 "Podman is $found; the agent needs 4 or newer, or Docker (apt-get install docker.io)" "Podman 版本为 $found；agent 需要 4 或更新，或 Docker（apt-get install docker.io）" ;;
  esac
}

# room DIR KIB: fails with 7 when the file system of DIR has less.
room() {
  there=$1
  while [ ! -d "$there" ]; do there=$(dirname "$there"); done
  free=$(df -Pk "$there" | sed -n '2s/  */ /gp' | cut -d' ' -f4)
  [ "$free" -ge "$2" ] || die 7 "$there has $((free / 1024)) MiB free; $(($2 / 1024)) MiB are needed" \
    "$there 剩余 $((free / 1024)) MiB；需要 $(($2 / 1024)) MiB"
}

# --- one at a time, and cleaning up ----------------------------------------------------------------------------------

take_lock() {
  mkdir -p "${lock%/*}"
  if (set -C && echo $$ >"$lock") 2>/dev/null; then return 0; fi
  holder=$(cat "$lock" 2>/dev/null || true)
  if [ -n "$holder" ] && kill -0 "$holder" 2>/dev/null && grep -q install "/proc/$holder/cmdline" 2>/dev/null; then
    locked=false
    die 10 "another install runs (process $holder)" "另一个安装正在运行（进程 $holder）"
  fi
  # Its owner has died.
  rm -f "$lock"
  (set -C && echo $$ >"$lock") 2>/dev/null || die 10 'another install has begun' '另一个安装已经开始'
}

# shellcheck disable=SC2317,SC2329 # called by trap
tidy() {
  result=$?
  trap - EXIT
  if [ -n "${work:-}" ]; then rm -rf "$work"; fi
  if ${locked:-false}; then rm -f "$lock"; fi
  exit $result
}

# --- the bundle ------------------------------------------------------------------------------------------------------

# Runs a program with the proxy in its environment: what stands on its command line others can read.
by_proxy() { if [ -n "$proxy" ]; then https_proxy=$proxy http_proxy=$proxy "$@"; else "$@"; fi; }

fetch() {
  case $1 in https://* | http://*) ;; *) die 2 "$1 is no http(s) URL" "$1 不是 http(s) 地址" ;; esac
  if has curl; then
    set -- -fsSL --proto '=http,https' --connect-timeout 15 --retry 3 ${ca_file:+--cacert "$ca_file"} -o "$2" "$1"
    by_proxy curl "$@" 2>>"$work/fetch.log"
  elif has wget; then
    set -- -q --timeout=15 --tries=3 ${ca_file:+"--ca-certificate=$ca_file"} -O "$2" "$1"
    by_proxy wget "$@" 2>>"$work/fetch.log"
  else
    die 5 'curl or wget is needed to download; or use --bundle' '下载需要 curl 或 wget；或使用 --bundle'
  fi
}

download() {
  if [ -z "$version" ]; then
    fetch "$base_url/LATEST" "$work/LATEST" || die 8 "cannot download $base_url/LATEST: $(tail -n 1 "$work/fetch.log")" \
      "无法下载 $base_url/LATEST：$(tail -n 1 "$work/fetch.log")"
    version=$(head -n 1 "$work/LATEST")
  fi
  case $version in '' | *[!0-9A-Za-z.+-]*) die 2 "$version is no version" "$version 不是版本号" ;; esac
  if has xz; then ending=xz; else ending=gz; fi
  name=suanlink-$version-linux-$arch.tar.$ending
  say "downloading $name" "正在下载 $name"
  bundle=$work/$name
  fetch "$base_url/$name" "$bundle" || die 8 "cannot download $base_url/$name: $(tail -n 1 "$work/fetch.log")" \
    "无法下载 $base_url/$name：$(tail -n 1 "$work/fetch.log")"
}

# On a disk that is full the reason is not the bundle.
unpack_failed() {
  room "$versions" 131072
  die 9 "the bundle cannot be unpacked: $(tail -n 1 "$work/tar.log")" "安装包无法解开：$(tail -n 1 "$work/tar.log")"
}

unpack() {
  case $bundle in
    *.xz) has xz || die 5 'xz is missing (apt-get install xz-utils), or use the .tar.gz bundle' '缺少 xz（apt-get install xz-utils），或用 .tar.gz 安装包' ;;
  esac
  tar -tf "$bundle" >"$work/names" 2>"$work/tar.log" || unpack_failed
  if grep -qE '^/|(^|/)\.\.(/|$)' "$work/names"; then die 9 'the bundle has names that lead out of it' '安装包内有越界的路径'; fi
  mkdir "$work/out"
  tar -xf "$bundle" -C "$work/out" --no-same-owner 2>"$work/tar.log" || unpack_failed
  fresh=$(echo "$work"/out/*)
  [ -d "$fresh" ] && [ ! -L "$fresh" ] && [ -f "$fresh/SHA256SUMS" ] && [ -f "$fresh/SHA256SUMS.sig" ] ||
    die 9 'this is no bundle of suanlink' '这不是 suanlink 的安装包'
}

# Whether the list of checksums is signed with the key above.
signed() {
  if openssl pkeyutl -help 2>&1 | grep -q -- -rawin; then
    printf '%s\n' "$release_key" >"$work/key.pem"
    openssl pkeyutl -verify -pubin -inkey "$work/key.pem" -rawin -in "$fresh/SHA256SUMS" -sigfile "$fresh/SHA256SUMS.sig"
  else
    # The certificate beside the list names its hash, and nothing else is signed with this key.
    printf '%s\n' "$release_authority" >"$work/authority.pem"
    openssl verify -no_check_time -CAfile "$work/authority.pem" "$fresh/SHA256SUMS.crt" || return 1
    hash=$(sha256sum <"$fresh/SHA256SUMS")
    openssl x509 -noout -subject -nameopt RFC2253 -in "$fresh/SHA256SUMS.crt" | grep -qx "subject=CN=${hash%% *}"
  fi >"$work/verify.log" 2>&1
}

verify() {
  signed ||
    die 4 "the signature of the bundle is wrong: it is not from the makers of suanlink ($(tail -n 1 "$work/verify.log"))" \
      "安装包签名不对：不是 suanlink 发布的（$(tail -n 1 "$work/verify.log")）"
  (cd "$fresh" && sha256sum -c SHA256SUMS) >"$work/sums.log" 2>&1 ||
    die 9 "the bundle is damaged: $(grep -v ': OK$' "$work/sums.log" | head -n 1)" \
      "安装包已损坏：$(grep -v ': OK$' "$work/sums.log" | head -n 1)"
  (cd "$fresh" && find . ! -type d ! -name SHA256SUMS ! -name SHA256SUMS.sig ! -name SHA256SUMS.crt | sed 's#^\./##' | sort) >"$work/there"
  sed 's/^[0-9a-f]*  //' "$fresh/SHA256SUMS" | sort >"$work/listed"
  cmp -s "$work/there" "$work/listed" || die 9 'the bundle holds files that its list does not name' '安装包内有清单之外的文件'
  [ -z "$(find "$fresh" ! -type d ! -type f)" ] || die 9 'the bundle holds something that is no file' '安装包内有不是普通文件的内容'
  made_for=$(sed -n 's/^arch=//p' "$fresh/RELEASE")
  [ "$made_for" = "$arch" ] || die 3 "the bundle is for $made_for, this machine is $arch" "安装包用于 $made_for，本机为 $arch"
  version=$(sed -n 's/^version=//p' "$fresh/RELEASE")
}

self_test() {
  said=$("$fresh/bin/suanlink" version 2>&1) ||
    die 5 "the program does not start here: $said" "程序无法在本机启动：$said"
  [ "$said" = "suanlink $version" ] || die 9 "the program says it is '$said'" "程序自称 '$said'"
}

# --- what is made, and the list of it --------------------------------------------------------------------------------

# record KIND NAME: before it is made, so that an interrupted run leaves nothing unknown.
record() { grep -qxF "$1 $2" "$manifest" 2>/dev/null || echo "$1 $2" >>"$manifest"; }
recorded() { grep -qxF "$1 $2" "$manifest" 2>/dev/null; }

# make_dir PATH MODE [GROUP]
make_dir() {
  if [ ! -d "$1" ]; then
    case $1 in */*) [ -d "${1%/*}" ] || make_dir "${1%/*}" 0755 ;; esac
    record dir "$1"
    mkdir "$1"
    chmod "$2" "$1"
  fi
}

# put FILE MODE: standard input becomes FILE in one step, when it differs; says so by $changed.
put() {
  cat >"$work/put"
  if [ -f "$1" ] && cmp -s "$work/put" "$1"; then return 0; fi
  make_dir "${1%/*}" 0755
  record file "$1"
  cp "$work/put" "$1.suanlink-new"
  chmod "$2" "$1.suanlink-new"
  mv -f "$1.suanlink-new" "$1"
  changed=true
}

# put_secret FILE TARGET: FILE becomes TARGET, which nobody but root can read at any time.
put_secret() {
  if [ -f "$2" ] && cmp -s "$1" "$2"; then return 0; fi
  (umask 077 && put "$2" 0600 <"$1")
  changed=true
}

# One rename puts another version to use.
point_to() {
  record file "$link"
  make_dir "${link%/*}" 0755
  ln -sf "$prefix/$1/bin/suanlink" "$link.suanlink-new"
  mv -f "$link.suanlink-new" "$link"
}

# The version in use; empty when there is none.
in_use() {
  target=$(readlink "$link" 2>/dev/null || true)
  target=${target%/bin/suanlink}
  echo "${target#"$prefix/"}"
}

place_version() {
  make_dir "$versions" 0755
  goal=$versions/$version
  if [ -f "$goal/SHA256SUMS" ] && cmp -s "$goal/SHA256SUMS" "$fresh/SHA256SUMS" &&
    (cd "$goal" && sha256sum -c --status SHA256SUMS 2>/dev/null); then
    return 0
  fi
  record tree "$goal"
  if [ -e "$goal" ]; then
    rm -rf "$goal.old"
    mv "$goal" "$goal.old"
  fi
  mv "$fresh" "$goal"
  rm -rf "$goal.old"
  changed=true renewed=true
}

# --- users -----------------------------------------------------------------------------------------------------------

make_user() {
  [ -z "$root" ] || return 0
  if ! grep -q '^suanlink:' /etc/group; then
    record group suanlink
    groupadd --system suanlink 2>/dev/null || addgroup -S suanlink
  fi
  if ! grep -q '^suanlink:' /etc/passwd; then
    record user suanlink
    useradd --system --gid suanlink --home-dir /var/lib/suanlink --no-create-home --shell /usr/sbin/nologin suanlink 2>/dev/null ||
      adduser -S -D -H -G suanlink -h /var/lib/suanlink suanlink
  fi
}

# --- services --------------------------------------------------------------------------------------------------------

active() {
  case $init in
    systemd) systemctl is-active --quiet "$1" ;;
    openrc) rc-service "$1" status >/dev/null 2>&1 ;;
    sysv) "/etc/init.d/$1" status >/dev/null 2>&1 ;;
    *) false ;;
  esac
}

service() {
  case $init in
    systemd) systemctl "$1" "$2" ;;
    openrc) rc-service "$2" "$1" ;;
    sysv) "/etc/init.d/$2" "$1" ;;
  esac
}

# Whether the init system can start it; sysv has a script for the agent alone.
startable() {
  case $init in
    none) false ;;
    systemd) true ;;
    *) [ -x "/etc/init.d/$1" ] ;;
  esac
}

# How a person reads the log of a service.
log_of() { if [ "$init" = systemd ]; then echo "journalctl -u $1"; else echo "tail /var/log/$1.log"; fi; }

enable_unit() {
  record enabled "$1"
  case $init in
    systemd) systemctl enable --quiet "$1" ;;
    openrc) rc-update add "$1" default ;;
    sysv) if has update-rc.d; then update-rc.d "$1" defaults; else chkconfig --add "$1"; fi ;;
  esac >/dev/null 2>&1 || say "warning: $1 could not be enabled" "警告：无法启用 $1"
}

disable_unit() {
  case $init in
    systemd) systemctl disable --quiet "$1" ;;
    openrc) rc-update del "$1" ;;
    # Without its script the others get the numbers back that they had.
    sysv) if has update-rc.d; then rm -f "/etc/init.d/$1" && update-rc.d "$1" remove; else chkconfig --del "$1"; fi ;;
  esac >/dev/null 2>&1 || true
}

put_services() {
  from=$versions/$1
  others=$changed
  changed=false
  for unit in $(unit_names); do
    case $init in
      openrc | sysv)
        [ -f "$from/init/$unit.$init" ] || continue
        record log "$root/var/log/$unit.log"
        sed "s#@BIN@#/usr/local/bin/suanlink#g" "$from/init/$unit.$init" | put "$root/etc/init.d/$unit" 0755
        ;;
      *)
        sed "s#@BIN@#/usr/local/bin/suanlink#g" "$from/systemd/$unit.service" | put "$units/$unit.service" 0644
        ;;
    esac
  done
  if $changed; then renewed=true; fi
  if $others; then changed=true; fi
  if [ "$init" = systemd ]; then systemctl daemon-reload; fi
}

# An agent with Podman needs its socket served outside of its own unit, whose view of the system is narrowed.
podman_socket() {
  [ "$init" = systemd ] && [ "$role" != scheduler ] || return 0
  if [ -S /var/run/docker.sock ] || ! has podman || systemctl is-active --quiet podman.socket; then return 0; fi
  if systemctl cat podman.socket >/dev/null 2>&1; then
    record socket podman.socket
    systemctl enable --quiet --now podman.socket || say 'warning: podman.socket could not be started' '警告：无法启动 podman.socket'
  fi
}

connected() { "$link" status >/dev/null 2>&1; }

# settled UNIT: it is up and stays up; an agent that had its scheduler has it again.
settled() {
  left=60
  while [ $left -gt 0 ]; do
    if active "$1" && { [ "$1" != suanlink-agent ] || ! $was_connected || connected; }; then
      sleep 3
      active "$1" && return 0
    fi
    if [ "$init" = systemd ] && systemctl is-failed --quiet "$1"; then return 1; fi
    sleep 1
    left=$((left - 1))
  done
  return 1
}

restart_active() {
  for unit in $was_active; do
    say "restarting $unit; leases go on" "正在重启 $unit；租约不受影响"
    service restart "$unit" >>"${log:-/dev/null}" 2>&1 && settled "$unit" || return 1
  done
}

# --- install ---------------------------------------------------------------------------------------------------------

put_documents() {
  from=$versions/$1
  put "$root/usr/local/share/man/man1/suanlink.1" 0644 <"$from/man/suanlink.1"
  put "$root/usr/local/share/bash-completion/completions/suanlink" 0644 <"$from/completions/suanlink.bash"
  put "$root/usr/local/share/zsh/site-functions/_suanlink" 0644 <"$from/completions/_suanlink"
  put "$root/usr/local/share/fish/vendor_completions.d/suanlink.fish" 0644 <"$from/completions/suanlink.fish"
}

put_config() {
  make_dir "$etc" 0755
  make_dir "$etc/conf.d" 0755
  for unit in $(unit_names); do
    sample=${unit#suanlink-}.yaml
    if [ ! -e "$etc/$sample" ]; then put "$etc/$sample" 0644 <"$versions/$version/config/$sample"; fi
  done
  if [ -n "$token_file" ]; then put_secret "$token_file" "$etc/join-token"; fi
  put_proxy
}

# The proxy that a node enrols through is the agent's from then on. What somebody has set already stays.
put_proxy() {
  enrols_by_proxy || return 0
  own=$etc/conf.d/proxy.yaml
  for file in "$etc/agent.yaml" "$etc"/conf.d/*.yaml; do
    if [ "$file" != "$own" ] && grep -q '^proxy:' "$file" 2>/dev/null; then
      say "$file names a proxy already; it stays" "$file 已写明代理服务器，保持不变"
      return 0
    fi
  done
  (
    umask 077
    printf "# From install.sh --proxy.\nproxy: '%s'\n" "$(printf '%s' "$proxy" | sed "s/'/''/g")" >"$work/proxy.yaml"
  )
  if ! cmp -s "$work/proxy.yaml" "$own"; then renewed=true; fi
  put_secret "$work/proxy.yaml" "$own"
}

# Older than the one in use and the one before it.
prune() {
  for dir in "$versions"/*; do
    [ -d "$dir" ] && [ ! -L "$dir" ] || continue
    case ${dir##*/} in "$version" | "$(cat "$versions/previous" 2>/dev/null)") ;; *) rm -rf "$dir" ;; esac
  done
}

swap() {
  before=$(in_use)
  if [ "$before" != "$version" ]; then
    older=$(cat "$versions/previous" 2>/dev/null || true)
    if [ -n "$before" ] && [ -d "$versions/$before" ]; then echo "$before" | put "$versions/previous" 0644; fi
    point_to "$version"
    changed=true renewed=true
  fi
}

# Back to the version before, when the new one is not healthy.
back_out() {
  if [ -z "$before" ] || [ "$before" = "$version" ] || [ ! -d "$versions/$before" ]; then
    die 6 "$version does not run well, and there is no version before it; see the log of the service" \
      "$version 运行不正常，且没有上一个版本；请看服务日志"
  fi
  point_to "$before"
  if [ -n "$older" ]; then echo "$older" | put "$versions/previous" 0644; else rm -f "$versions/previous"; fi
  put_services "$before"
  put_documents "$before"
  for unit in $was_active; do
    if [ "$init" = systemd ]; then systemctl reset-failed "$unit" 2>/dev/null || true; fi
    service restart "$unit" >>"${log:-/dev/null}" 2>&1 || true
  done
  [ "$version" = "$older" ] || rm -rf "${versions:?}/$version"
  die 6 "$version did not become healthy; $before runs again" "$version 未能正常运行；已恢复 $before"
}

begin_services() {
  was_connected=false
  was_active=''
  for unit in $(unit_names); do
    if active "$unit"; then was_active="$was_active $unit"; fi
  done
  if [ -n "$was_active" ] && connected; then was_connected=true; fi
}

# ready UNIT: an agent has what it needs to enrol, or is enrolled.
ready() { [ "$1" != suanlink-agent ] || [ -e "$etc/join-token" ] || [ -e "$state/agent/enrolment.json" ]; }

finish_services() {
  if [ -n "$was_active" ] && $renewed; then restart_active || back_out; fi
  $start || return 0
  for unit in $(unit_names); do
    if startable "$unit" && ! recorded enabled "$unit"; then enable_unit "$unit"; fi
    case " $was_active " in *" $unit "*) continue ;; esac
    if ! ready "$unit"; then
      say 'the agent is not started: this node is not enrolled. Get a join token from your scheduler and run this again with --join-token-file' \
        'agent 未启动：本节点尚未登记。请向调度器索取令牌，再带 --join-token-file 运行'
    elif ! startable "$unit"; then
      say "no init system here starts it by itself; run it in the foreground: suanlink ${unit#suanlink-}" "本机没有可自动启动它的 init 系统；请在前台运行：suanlink ${unit#suanlink-}"
    else
      service start "$unit" >>"${log:-/dev/null}" 2>&1 && settled "$unit" ||
        die 6 "$unit does not start; see: $(log_of "$unit")" "$unit 无法启动；请看：$(log_of "$unit")"
    fi
  done
}

install() {
  preflight
  engine
  room "$versions" 409600
  if $dry; then
    what=${bundle:-$base_url}
    say "would install from $what to $prefix, link /usr/local/bin/suanlink, services: $(unit_names) ($(init_system))" \
      "将从 $what 安装到 $prefix，链接 /usr/local/bin/suanlink，服务：$(unit_names)（$(init_system)）"
    return 0
  fi
  begin
  make_dir "$versions" 0755
  rm -rf "$versions"/.incoming.*
  work=$versions/.incoming.$$
  mkdir "$work"
  [ -n "$bundle" ] || download
  unpack
  verify
  self_test
  begin_services
  say "installing suanlink $version ($arch, $init)" "正在安装 suanlink $version（$arch，$init）"
  place_version
  make_user
  put_config
  podman_socket
  swap
  put_documents "$version"
  put_services "$version"
  finish_services
  prune
  if $changed; then
    say "suanlink $version is installed; next: suanlink status" "suanlink $version 已安装；接着：suanlink status"
  else
    say "suanlink $version is installed already; nothing was changed" "suanlink $version 已安装，未作改动"
  fi
}

# Takes the lock, opens log and list.
begin() {
  work='' changed=false renewed=false locked=true
  trap tidy EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  take_lock
  init=$(init_system)
  if [ ! -d "$state" ]; then
    mkdir -p "$state"
    chmod 0755 "$state"
  fi
  [ -e "$manifest" ] || printf '# Made by install.sh: what --uninstall removes.\n' >"$manifest"
  log=$root$log_file
  make_dir "${log%/*}" 0755
  if [ ! -e "$log" ]; then record log "$log"; fi
  touch "$log" 2>/dev/null || log=''
}

# --- rollback, uninstall ---------------------------------------------------------------------------------------------

rollback() {
  preflight
  version=$(cat "$versions/previous" 2>/dev/null || true)
  [ -n "$version" ] && [ -x "$versions/$version/bin/suanlink" ] || die 1 'there is no version before this one' '没有上一个版本'
  if $dry; then
    say "would go back to $version" "将恢复 $version"
    return 0
  fi
  begin
  work=$versions/.incoming.$$
  mkdir -p "$work"
  begin_services
  swap
  put_documents "$version"
  put_services "$version"
  finish_services
  say "suanlink $version is in use again" "已恢复使用 suanlink $version"
}

leases_run() {
  now=$("$link" status 2>/dev/null) || [ -n "$now" ] || return 1
  ! printf '%s\n' "$now" | grep -qx 'no leases'
}

# Removes what the list names, the newest first. Lines of the list are read as they were written.
undo() {
  sed -n '1!G;h;$p' "$manifest" >"$state/undo.list"
  while read -r kind name; do
    case $kind in
      file)
        case $name in "$etc"/*) $purge || continue ;; esac
        rm -f "$name" "$name.suanlink-new"
        ;;
      tree) rm -rf "$name" "$name.old" ;;
      log) if $purge; then rm -f "$name"; fi ;;
      enabled) disable_unit "$name" ;;
      socket) if [ "$init" = systemd ]; then systemctl disable --quiet --now "$name" 2>/dev/null || true; fi ;;
      dir) if $purge || [ "$name" != "$etc" ]; then rmdir "$name" 2>/dev/null || true; fi ;;
      user) if $purge; then userdel "$name" 2>/dev/null || deluser "$name" 2>/dev/null || true; fi ;;
      group) if $purge; then groupdel "$name" 2>/dev/null || delgroup "$name" 2>/dev/null || true; fi ;;
    esac
  done <"$state/undo.list"
  rm -f "$state/undo.list"
}

uninstall() {
  if [ -z "$root" ] && [ "$(id -u)" != 0 ]; then die 5 'this must be run as root' '请以 root 运行'; fi
  if [ ! -e "$manifest" ]; then
    say 'suanlink is not installed by this script; nothing was changed' '本脚本未安装过 suanlink；未作改动'
    return 0
  fi
  if $dry; then
    say "would remove: $(sed '/^#/d' "$manifest" | tr '\n' ';')" "将删除：$(sed '/^#/d' "$manifest" | tr '\n' ';')"
    return 0
  fi
  begin
  role=both
  if active suanlink-agent && ! $force && leases_run; then
    die 5 'leases run on this node: suanlink drain --wait first, or --force' '本节点有租约运行：请先 suanlink drain --wait，或加 --force'
  fi
  for unit in $(unit_names); do
    if active "$unit"; then
      say "stopping $unit" "正在停止 $unit"
      service stop "$unit" >>"${log:-/dev/null}" 2>&1 || true
    fi
  done
  log=''
  undo
  rm -rf "$versions"/.incoming.* "$versions"/*.old
  rmdir "$versions" 2>/dev/null || true
  if [ "$init" = systemd ]; then
    systemctl daemon-reload
    systemctl reset-failed suanlink-agent suanlink-scheduler 2>/dev/null || true
  fi
  if $purge; then
    rm -rf "$state" "$etc" "$root/run/suanlink"
    say 'suanlink is removed, with its configuration and state' 'suanlink 及其配置和状态已删除'
  else
    sed -i '/^#/!{/^\(user\|group\|log\|dir\) /!d}' "$manifest"
    say "suanlink is removed; kept: $etc, $state (remove them with --uninstall --purge)" \
      "suanlink 已删除；保留 $etc、$state（用 --uninstall --purge 一并删除）"
  fi
}

main() {
  defaults
  options "$@"
  places
  case $action in
    install) install ;;
    rollback) rollback ;;
    uninstall) uninstall ;;
  esac
}

main "$@"
