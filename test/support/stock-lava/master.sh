#!/usr/bin/env bash
# A stock LAVA master from Debian's own packages, on loopback, for the tests.
#
#   master.sh PORT STATE_DIR         the LAVA that is installed on this machine
#   master.sh PORT STATE_DIR ROOT    the LAVA that install.sh has installed in ROOT
#   LAVAFLOW_KEEP_CONNECTIONS=1 master.sh ...   with connections to the database that are kept, where that is possible
#   master.sh check                  prints `ok`, or `failed: ` and why the tests must not use this machine's LAVA
#
# Reads commands from standard input, one per line, and prints one line of response to each on standard output:
#   (start)        ->  ready
#   worker NAME    ->  ok          starts the scheduler (once) and a genuine lava-worker NAME
#   reset          ->  ok          drops every object, job and file, except the user `admin` and the groups `lab-one`
#                                  and `lab-two`
#   server kill    ->  ok          kills the processes that serve requests; gunicorn starts others
#   server stop    ->  ok          kills all of gunicorn; nothing listens any more
#   server start   ->  ok
#   clean          ->  ok          ends workers and scheduler, starts the server if it is stopped, and resets
#   end of input   ->  stops everything that was started
# So the master lives as long as the pipe: if the test run is killed, the pipe closes and nothing is left running.
# A response `failed: ...` contains the reason why the start or a command failed; logs are in STATE_DIR.
set -euo pipefail
export PATH=/usr/sbin:/usr/bin:/sbin:/bin # LAVA requires Debian's python3, not another one earlier in PATH
export LC_ALL=C.UTF-8 PYTHONUNBUFFERED=1

# In ROOT, this script runs as on any other machine, but in its own namespaces for mounts, processes and shared memory:
# whatever it started or mounted there ends with it. The network is that of the machine.
if [ "${1:-}" = enter ]; then
  port=$2 state=$3 root=$4
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  mount -t tmpfs tmpfs "$root/tmp"
  # Remains of a run that was killed; no process of it is left.
  rm -rf "$root"/var/lib/postgresql/*/main/postmaster.pid "$root"/run/postgresql/*
  mkdir -p "$root$state"
  mount --bind "$state" "$root$state"
  cp "$0" "$state/master.sh"
  unset TMPDIR
  exec chroot "$root" /bin/bash "$state/master.sh" "$port" "$state"
elif [ $# = 3 ]; then
  exec unshare --mount --pid --ipc --fork --kill-child /bin/bash "$0" enter "$@"
fi

if [ "$1" = check ]; then port= state=$(mktemp -d /tmp/lavaflow-stock-lava-XXXXXX); else port=$1 state=$2; fi
token=stocklavaforlavaflowtests0000000
mark=/var/lib/lava-server/lavaflow-tests # exists if this machine's LAVA belongs to the tests
groups=()                                # process groups to end
cluster_started=

answer() { printf '%s\n' "$*"; }
fail() { answer "failed: $* (logs: $state)"; exit 1; }
sql() { (cd / && runuser -u postgres -- psql -qAtX -v ON_ERROR_STOP=1 "$@"); }

end_groups() { # GROUP...
  local alive group
  for group in "$@"; do kill -TERM -- "-$group" 2>/dev/null || true; done
  for _ in $(seq 100); do
    alive=
    for group in "$@"; do kill -0 -- "-$group" 2>/dev/null && alive=1; done
    [ -z "$alive" ] && return
    sleep 0.05
  done
  for group in "$@"; do kill -KILL -- "-$group" 2>/dev/null || true; done
}

finish() {
  trap - EXIT INT TERM HUP
  end_groups "${groups[@]}"
  [ -z "$cluster_started" ] || pg_ctlcluster --skip-systemctl-redirect $cluster_started stop -m fast >/dev/null 2>&1 || true
  [ -n "$port" ] || rm -rf "$state"
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

spawn() { # NAME COMMAND...: in a session of its own, so that its whole group can be ended
  local name=$1
  shift
  setsid "$@" >>"$state/$name.out" 2>&1 </dev/null &
  groups+=($!)
  disown # or bash would tell of those that a test kills
}

start_database() {
  local version cluster status
  read -r version cluster _ status _ < <(pg_lsclusters -h) || fail 'PostgreSQL has no cluster'
  if [ "$status" != online ]; then
    pg_ctlcluster --skip-systemctl-redirect "$version" "$cluster" start >"$state/postgresql.out" 2>&1 \
      || fail 'PostgreSQL does not start'
    cluster_started="$version $cluster"
  fi
  for _ in $(seq 100); do pg_isready -q && return; sleep 0.1; done
  fail 'PostgreSQL does not respond'
}

# Deleting somebody's data would be worse than not running a test.
check() {
  [ -e "$mark" ] && return
  if [ "$(sql -c "SELECT count(*) FROM pg_database WHERE datname = 'lavaserver'")" = 1 ]; then
    local used
    used=$(sql -d lavaserver -c "SELECT count(*) FROM information_schema.tables WHERE table_name = 'lava_scheduler_app_device'")
    [ "$used" = 0 ] || used=$(sql -d lavaserver -c \
      'SELECT (SELECT count(*) FROM lava_scheduler_app_device) + (SELECT count(*) FROM lava_scheduler_app_testjob)')
    [ "$used" = 0 ] || fail "this machine has a LAVA with devices or jobs; the tests would wipe it. If they may: touch $mark"
  fi
}

claim() {
  [ -e "$mark" ] && return
  check
  python3 /usr/share/lava-server/postinst.py >"$state/postinst.out" 2>&1 \
    && [ "$(sql -c "SELECT count(*) FROM pg_database WHERE datname = 'lavaserver'")" = 1 ] \
    || fail 'the database cannot be set up'
  touch "$mark"
}

add_administrator() {
  [ "$(sql -d lavaserver -c "SELECT count(*) FROM linaro_django_xmlrpc_authtoken WHERE secret = '$token'")" = 1 ] && return
  {
    lava-server manage users list 2>/dev/null | grep -qw admin \
      || lava-server manage users add --superuser --staff --passwd admin admin
    lava-server manage tokens add --user admin --secret "$token"
  } >"$state/administrator.out" 2>&1 || fail 'the administrator cannot be added'
}

reset() {
  sql -d lavaserver >"$state/reset.out" 2>&1 <<'SQL' || return 1
SET client_min_messages = warning;
SET lock_timeout = '20s';
-- Also what refers to workers and groups: each release has other tables. TRUNCATE creates new files for each of these
-- tables and their indexes, which takes half a second. Without the checks of foreign keys, the order does not matter.
SET session_replication_role = replica;
DO $$
DECLARE one regclass;
BEGIN
  FOR one IN
    WITH RECURSIVE referring(id) AS (
      SELECT unnest(ARRAY['lava_scheduler_app_testjob', 'lava_scheduler_app_device', 'lava_scheduler_app_devicetype',
        'lava_scheduler_app_alias', 'lava_scheduler_app_tag']::regclass[])::oid
      UNION SELECT conrelid FROM pg_constraint
        WHERE contype = 'f' AND confrelid IN ('lava_scheduler_app_worker'::regclass, 'auth_group'::regclass)
      UNION SELECT conrelid FROM pg_constraint JOIN referring ON confrelid = id WHERE contype = 'f'
    ) SELECT id FROM referring
  LOOP EXECUTE format('DELETE FROM %s', one);
  END LOOP;
END $$;
SET session_replication_role = DEFAULT;
DELETE FROM lava_scheduler_app_worker WHERE hostname <> 'example.com';
DELETE FROM auth_group;
INSERT INTO auth_group (name) VALUES ('lab-one'), ('lab-two');
SQL
  find /etc/lava-server/dispatcher-config/{devices,device-types,health-checks} /etc/lava-server/dispatcher.d \
    -mindepth 1 -delete
}

# Settings that keep connections to the database. LAVA opens one for each request, and the process that PostgreSQL
# starts for it costs more time than the rest of the request.
kept_connections='
import base64, json, yaml
databases = yaml.safe_load(open("/etc/lava-server/settings.d/00-database.yaml"))["DATABASES"]
databases["default"]["CONN_MAX_AGE"] = 60
print(base64.b64encode(json.dumps({"DATABASES": databases}).encode()).decode())
'
start_server() {
  local class settings= # the class as LAVA's package has it
  class=$(sed -n 's/.*WORKER_CLASS=\([a-z]*\).*/\1/p' /lib/systemd/system/lava-server-gunicorn.service)
  # With eventlet, each client has its own connection, and it is kept when the client has gone: soon there are too many.
  if [ -n "${LAVAFLOW_KEEP_CONNECTIONS:-}" ] && [ "$class" != eventlet ]; then
    settings=$(python3 -c "$kept_connections") || fail 'the settings of the database cannot be read'
  fi
  spawn gunicorn env ${settings:+LAVA_JSON_SETTINGS=$settings} gunicorn3 lava_server.wsgi -u lavaserver -g lavaserver --worker-class "$class" --workers 2 -b "127.0.0.1:$port"
  server_group=${groups[-1]}
  for _ in $(seq 200); do
    curl -fs -o "$state/version" "http://127.0.0.1:$port/api/v0.2/system/version/" && return
    kill -0 "$server_group" 2>/dev/null || break
    sleep 0.1
  done
  fail 'the server does not respond'
}

server() {
  case $1 in
    kill) pkill -KILL -P "$server_group" ;;
    stop) kill -KILL -- "-$server_group" && while kill -0 -- "-$server_group" 2>/dev/null; do sleep 0.05; done ;;
    start) start_server ;;
    *) return 1 ;;
  esac
}

# LAVA's own scheduler, polling every second instead of every 20: without the event publisher (another process and two
# more ports) nothing wakes it in between. LAVA has no option for this interval.
scheduler='
import importlib, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "lava_server.settings.prod"
import django
django.setup()
importlib.import_module("lava_server.management.commands.lava-scheduler").INTERVAL = 1
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
'
server_group=
scheduler_started=
worker() {
  local secret often=()
  case $1 in '' | *[!-_a-zA-Z0-9.]*) return 1 ;; esac
  lavacli --uri "http://admin:$token@127.0.0.1:$port/RPC2" workers show "$1" >/dev/null 2>&1 \
    || lavacli --uri "http://admin:$token@127.0.0.1:$port/RPC2" workers add "$1" >/dev/null || return 1
  secret=$(sql -d lavaserver -v name="$1" <<<"SELECT token FROM lava_scheduler_app_worker WHERE hostname = :'name'") || return 1
  if [ -z "$scheduler_started" ]; then
    spawn scheduler python3 -c "$scheduler" lava-scheduler --level INFO --log-file -
    scheduler_started=1
  fi
  mkdir -p "$state/worker-$1"
  # Before 2022.02, it pings every 20 seconds.
  case $(lava-worker --help) in *--job-log-interval*) often=(--ping-interval 1 --job-log-interval 1) ;; esac
  spawn "worker-$1" lava-worker --level INFO "${often[@]}" --worker-dir "$state/worker-$1" --log-file - \
    --url "http://127.0.0.1:$port/" --ws-url "" --token "$secret" --name "$1"
}

clean() {
  local group others=()
  for group in "${groups[@]}"; do [ "$group" = "$server_group" ] || others+=("$group"); done
  end_groups "${others[@]}"
  groups=("$server_group")
  scheduler_started=
  rm -rf "$state"/worker-*
  kill -0 -- "-$server_group" 2>/dev/null || start_server
  reset
}

start_database
if [ -z "$port" ]; then check && answer ok; exit; fi
claim
# This is test data: waiting for the disk at each commit is unnecessary.
sql -c 'ALTER DATABASE lavaserver SET synchronous_commit = off' >"$state/database.out" 2>&1 || fail 'the database cannot be set up'
add_administrator
reset || fail "the old objects cannot be dropped: $(tail -n 1 "$state/reset.out")"
start_server
answer ready
while read -r command argument; do
  case $command in
    worker) if worker "$argument"; then answer ok; else answer "failed: worker $argument (logs: $state)"; fi ;;
    server) if server "$argument"; then answer ok; else answer "failed: server $argument (logs: $state)"; fi ;;
    clean) if clean; then answer ok; else answer "failed: clean (logs: $state)"; fi ;;
    reset) if reset; then answer ok; else answer "failed: reset: $(tail -n 1 "$state/reset.out") (logs: $state)"; fi ;;
    *) answer "failed: unknown command" ;;
  esac
done
