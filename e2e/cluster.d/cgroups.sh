# Control groups of a cluster: /penstock-NAME in every hierarchy (v1), or in the one (v2). Its processes stand in the subfolder `system`
# of one hierarchy, those of pods below their node's folder, so whoever walks that tree finds all of them, even after a crash.
# shellcheck shell=bash

cgroup_hierarchies() { # folder of every hierarchy; the one that counts processes first
  if [ -d /sys/fs/cgroup/pids ]; then
    echo /sys/fs/cgroup/pids
    awk '$3 ~ /^cgroup2?$/ && $2 != "/sys/fs/cgroup/pids" { print $2 }' /proc/mounts
  else
    echo /sys/fs/cgroup
  fi
}
process_tree() { echo "$(cgroup_hierarchies | head -1)/$cgroup"; }

make_cgroups() {
  local hierarchy node group
  mkdir -p "$(process_tree)/system"
  while read -r hierarchy; do
    for group in "$cgroup" $(node_names | sed "s|^|$cgroup/|"); do
      mkdir -p "$hierarchy/$group"
      if [ -f "$hierarchy/cpuset.cpus" ]; then
        # A new cpuset of v1 is empty, and no process may enter it.
        cat "$hierarchy/cpuset.cpus" > "$hierarchy/$group/cpuset.cpus"
        cat "$hierarchy/cpuset.mems" > "$hierarchy/$group/cpuset.mems"
      elif [ -f "$hierarchy/cgroup.subtree_control" ]; then
        pass_controllers "$(dirname "$hierarchy/$group")"
      fi
    done
  done < <(cgroup_hierarchies)
}

pass_controllers() { # v2: let the groups below GROUP use all controllers
  local controller
  for controller in $(cat "$1/cgroup.controllers"); do echo "+$controller" > "$1/cgroup.subtree_control"; done
}

cluster_processes() { find "$(process_tree)" -name cgroup.procs -exec cat {} + 2> /dev/null || true; }

kill_processes() { # all that stand in our groups; new ones cannot outrun it for long
  local pids i
  for ((i = 0; i < 200; i++)); do
    pids=$(cluster_processes)
    [ -n "$pids" ] || return 0
    # shellcheck disable=SC2086
    kill -9 $pids 2> /dev/null || true
    sleep 0.05
  done
  die "these processes do not end: $(echo "$pids" | tr '\n' ' ')"
}

remove_cgroups() {
  local hierarchy i
  while read -r hierarchy; do
    [ -d "$hierarchy/$cgroup" ] || continue
    # A group is busy for a moment after its last process has ended.
    for ((i = 0; i < 100; i++)); do
      find "$hierarchy/$cgroup" -depth -type d -exec rmdir {} + 2> /dev/null && break
      sleep 0.05
    done
    [ ! -d "$hierarchy/$cgroup" ] || die "cannot remove $hierarchy/$cgroup"
  done < <(cgroup_hierarchies)
}
