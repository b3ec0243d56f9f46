# Starts the long-running parts. The control plane and each node get a process, mount and host name namespace of their own: when its first
# process ends, however it ends, the kernel ends all its processes and drops all its mounts.
# shellcheck shell=bash

# Starts SCRIPT as the first process of new namespaces in the network namespace NETNS.
start_host() { # HOST NETNS SCRIPT [ARG...]
  local host=$1 ns=$2 script=$3 tree
  shift 3
  tree=$(process_tree)
  mkdir -p "$state/$host/log"
  (
    # First into the group, so that it is found and ended even if this script is killed right here.
    echo "$BASHPID" > "$tree/system/cgroup.procs"
    exec 9>&-
    exec setsid nsenter --net="/run/netns/$ns" \
      unshare --mount --propagation slave --uts --ipc --pid --fork --kill-child --mount-proc \
      bash "$script" "$host" "$@" < /dev/null > "$state/$host/log/init.log" 2>&1
  ) &
  echo $! > "$state/$host/pid"
}

# Runs a program in the mounts, network and processes of a host.
on_host() { # HOST COMMAND...
  local outer init
  outer=$(cat "$state/$1/pid" 2> /dev/null) || die "no host $1 (expected: control or one of $(node_names | tr '\n' ' '))"
  # setsid, nsenter and unshare exec in place: the recorded process is unshare, its only child is the first process inside.
  init=$(cat "/proc/$outer/task/$outer/children" 2> /dev/null) || die "$1 has ended. See $state/$1/log"
  shift
  nsenter --target "${init%% *}" --mount --net --pid --uts "$@"
}

wait_for() { # SECONDS WHAT COMMAND...: until the command succeeds
  local limit=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" > /dev/null 2>&1; do
    [ "$SECONDS" -lt "$limit" ] || die "$what: not there in time. See $state/*/log"
    sleep 0.1
  done
}
