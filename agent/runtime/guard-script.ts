/**
 * The guard itself (pure: a text): a POSIX shell script, so that it needs neither Node nor much memory (about 1 MB) and goes on
 * when the agent is stopped, killed or replaced. Run as `sh -s suanlink-guard FILE TOKEN`; the file is that of `guard.ts`.
 *
 * It ends when the file is gone or another guard's, and when the agent has gone and none of the processes is left.
 */
export const guardScript = `
file=$2 token=$3 termed=' '
cd /
trap '' HUP INT PIPE
read -r boot < /proc/sys/kernel/random/boot_id || boot=-
sleep 0.05 2>/dev/null && short=0.2 || short=1
# How long a container is looked for that was to be started, in hundredths of a second.
late=60000
# Least likely to be killed for memory, where that may be asked for.
{ echo -500 > /proc/self/oom_score_adj; } 2>/dev/null

# The start time of process $1; nothing when it is gone or dead. Its name may hold anything, also line ends.
started() {
  start=
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
  set -f
  # shellcheck disable=SC2086 # fields
  set -- \${stat##*) }
  case \${1:-Z} in Z|X) ;; *) start=\${20:-} ;; esac
}

# The first process of container $1 and its start time, by its cgroup; $pid and $start are empty when there is none.
hunt() {
  pid= start=
  for file_of in $(grep -lE "/(docker-|libpod-)?$1(\\.scope)?(/|$)" /proc/[0-9]*/cgroup 2>/dev/null); do
    one=\${file_of#/proc/}
    one=\${one%/cgroup}
    grep -qE '^NSpid:.*[^0-9]1$' "/proc/$one/status" 2>/dev/null || continue
    pid=$one
    started "$pid"
    return 0
  done
}

# One line of the file: ends the process when its time has come. $now is in hundredths of a second.
look() {
  if [ "$now" -lt "$3" ]; then
    [ "$1" = 0 ] || [ -d "/proc/$1" ] || return 0
    live=1
    [ $(($3 - now)) -gt 120 ] || pause=$short
    [ "$pause" != 2 ] || pause=1
    return 0
  fi
  if [ "$1" = 0 ]; then
    hunt "$2"
    if [ -z "$start" ]; then
      # An engine that hangs may start it late.
      [ $((now - $3)) -gt $late ] || live=1 pause=1
      return 0
    fi
    set -- "$pid" "$start" "$3" "$4"
  else
    started "$1"
    [ -n "$start" ] && [ "$start" = "$2" ] || return 0
  fi
  live=1 pause=$short
  if [ "$now" -ge "$4" ]; then
    kill -KILL "$1" 2>/dev/null
  else
    case $termed in
      *" $1:$2 "*) ;;
      *) kill -TERM "$1" 2>/dev/null; termed="$termed$1:$2 " ;;
    esac
  fi
  return 0
}

while [ -r "$file" ]; do
  live=0 pause=2 agent=
  read -r up _ < /proc/uptime
  now=\${up%.*}\${up#*.}
  {
    read -r magic version owner written agent begun || agent=
    while read -r pid start term kill name; do
      case $pid:$term:$kill in *[!0-9:]*|:*|*::*|*:) continue ;; esac
      case $pid:$start in 0:*[!A-Za-z0-9_-]*|[1-9]*:*[!0-9]*|*:) continue ;; esac
      [ "$owner" = "$token" ] && [ "$written" = "$boot" ] && [ -n "$name" ] && look "$pid" "$start" "$term" "$kill"
    done
  } < "$file" 2>/dev/null
  [ "$magic $version $owner $written" = "suanlink-guard 1 $token $boot" ] || exit 0
  if [ "$live" = 0 ]; then
    started "$agent"
    [ -n "$start" ] && [ "$start" = "$begun" ] || exit 0
  fi
  sleep "$pause"
done
`;
