#!/usr/bin/env bash
# Stands in for Flink's sql-client.sh where a script submits job files: `floe run` does the work.
# What Flink's client prints of a submitted job, "Job ID: …", is printed alike.
#
# Usage: sql-client.sh [embedded] [-i INIT.sql] [-D KEY=VALUE] -f JOB.sql
#   -f, --file FILE     the job file; without it the statements come from stdin
#   -i, --init FILE     statements that stand before it, in the same session
#   -D KEY=VALUE        SET 'KEY' = 'VALUE' before both; also --Dproperty KEY=VALUE, -DKEY=VALUE
#   -j, --jar FILE; -l, --library DIR; -s, --session NAME; -hist, --history FILE
#                       accepted and not needed: connectors and formats are part of floe
#   -h, --help          this text
#
# The program is FLOE (default: floe beside this script, else on the PATH). Which process gets the
# job, FLOE_DATA_DIR says, else ./floe-data; where no process owns it, the job runs here until it
# ends. For queries there is `floe sql`.
set -euo pipefail

say() { echo "sql-client: $*" >&2; }

refuse() {
  say "$1"
  say "see sql-client.sh --help"
  exit 2
}

find_floe() {
  local here
  here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
  if [[ -n ${FLOE:-} ]]; then
    echo "$FLOE"
  elif [[ -x $here/floe ]]; then
    echo "$here/floe"
  else
    command -v floe || { say "there is no program floe: set FLOE" && exit 1; }
  fi
}

# quoted TEXT: as a SQL string.
quoted() { printf "'%s'" "${1//\'/\'\'}"; }

job_file='' init_file=''
properties=()

needs_value() { (($1 >= 2)) || refuse "$2 needs a value"; }

property() {
  [[ $1 == ?*=* ]] || refuse "-D takes KEY=VALUE, not '$1'"
  properties+=("$1")
}

if (($# > 0)); then
  case $1 in
    embedded) shift ;;
    gateway) refuse "gateway mode is not here: floe has no SQL gateway; submit with -f" ;;
  esac
fi
while (($# > 0)); do
  case $1 in
    -f | --file | -i | --init | -D | --Dproperty)
      needs_value $# "$1"
      case $1 in
        -f | --file) job_file=$2 ;;
        -i | --init) init_file=$2 ;;
        *) property "$2" ;;
      esac
      shift 2
      ;;
    --file=*) job_file=${1#*=} && shift ;;
    --init=*) init_file=${1#*=} && shift ;;
    -D?*) property "${1#-D}" && shift ;;
    -j | --jar | -l | --library)
      needs_value $# "$1"
      say "$1 $2 is not needed: connectors and formats are part of floe"
      shift 2
      ;;
    -s | --session | -hist | --history | -pyfs | --pyFiles | -pyexec | --pyExecutable)
      needs_value $# "$1"
      say "$1 $2 has no effect"
      shift 2
      ;;
    -h | --help)
      sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"
      exit 0
      ;;
    -e | --endpoint) refuse "$1 belongs to gateway mode, which is not here" ;;
    *) refuse "unknown argument '$1'" ;;
  esac
done

floe=$(find_floe)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

if [[ -z $job_file ]]; then
  [[ -t 0 ]] && refuse "there is no prompt for jobs: give -f JOB.sql (for queries: floe sql)"
  job_file=$scratch/stdin.sql
  cat >"$job_file"
fi
for file in "$job_file" ${init_file:+"$init_file"}; do
  [[ -r $file ]] || { say "can't read $file" && exit 1; }
done

# One session is one text: a job is remembered with all that it needs.
script=$job_file
if [[ -n $init_file ]] || ((${#properties[@]} > 0)); then
  mkdir "$scratch/whole"
  script=$scratch/whole/$(basename "$job_file")
  {
    for each in ${properties[@]+"${properties[@]}"}; do
      echo "SET $(quoted "${each%%=*}") = $(quoted "${each#*=}");"
    done
    if [[ -n $init_file ]]; then
      cat "$init_file"
      echo
    fi
  } >"$script"
  before=$(wc -l <"$script")
  cat "$job_file" >>"$script"
  say "in messages $job_file begins at line $((before + 1))"
fi

echo "[INFO] Executing SQL from file."
code=0
"$floe" run "$script" >"$scratch/jobs" || code=$?
if ((code != 0)); then
  cat "$scratch/jobs"
  echo "[ERROR] Could not execute SQL statement. The reason is on stderr."
  exit "$code"
fi
# A line per job: id, name, state. What a job that ran here has printed is handed on.
while IFS= read -r line; do
  if [[ $line =~ ^([0-9a-f]{32})\ \ .*\ \ [A-Z]+$ ]]; then
    echo "[INFO] Submitting SQL update statement to the cluster..."
    echo "[INFO] SQL update statement has been successfully submitted to the cluster:"
    echo "Job ID: ${BASH_REMATCH[1]}"
    echo
  else
    echo "$line"
  fi
done <"$scratch/jobs"
echo "Shutting down the session..."
echo "done."
