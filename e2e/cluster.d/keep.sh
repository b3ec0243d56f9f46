# Runs a program with its log in log/PROGRAM.log, and again a second after it ended, as a service manager would.
# shellcheck shell=bash

keep() { # PROGRAM ARG...
  (
    while :; do
      "$@" >> "log/${1##*/}.log" 2>&1 || echo "$1 ended with $?" >> log/init.log
      sleep 1
    done
  ) &
}
