#!/usr/bin/env bash
# Installs lavaflow from a fresh clone as on a machine without a compiler, and checks that everything except the embedded
# master works and that `lavaflow master` reports what is missing. Installs the program alone, as workflows do, and checks that
# the commands that workflows run work. Then installs again with a copied binary of
# better-sqlite3, which corresponds to a prebuilt one, and reports how long that takes. Needs the network (or npm's cache) and a built better-sqlite3 in
# node_modules. usage: bash scripts/try-install.sh
set -euo pipefail
cd "$(dirname "$0")/.."
source=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# All programs of this machine except compilers and other tools for native builds.
mkdir "$work/bin"
for directory in /usr/local/bin /usr/bin /bin; do
  for program in "$directory"/*; do
    case ${program##*/} in
      cc | c++ | c89* | c99* | *gcc* | *g++* | cpp* | clang* | make | gmake | ninja | cmake | python*) ;;
      *) [ -e "$work/bin/${program##*/}" ] || ln -s "$program" "$work/bin/" ;;
    esac
  done
done
ln -sf "$(command -v node)" "$work/bin/node"
export PATH=$work/bin

fail() { echo "failed: $1"; exit 1; }
clone() {
  git clone -q "file://$source" "$work/$1"
  cd "$work/$1"
}

clone without-compiler
SECONDS=0
npm install >install.log 2>&1 || { tail -20 install.log; fail 'npm install without a compiler'; }
echo "npm install without a compiler: $SECONDS s"
[ ! -e node_modules/better-sqlite3/build/Release/better_sqlite3.node ] || fail 'better-sqlite3 was built in spite of the missing compiler'
lavaflow=$PWD/bin/lavaflow
"$lavaflow" validate || fail validate
"$lavaflow" plan --help >"$work/out" || fail 'plan --help'
"$lavaflow" render phone-1 >"$work/out" || fail render
status=0
"$lavaflow" master --state "$work/state" --listen 127.0.0.1:0 --control 127.0.0.1:0 --logs 127.0.0.1:0 >"$work/out" 2>&1 || status=$?
cat "$work/out"
[ "$status" = 1 ] || fail "lavaflow master ended with $status"
for word in better-sqlite3 build-essential python3; do
  grep -q "$word" "$work/out" || fail "the message of lavaflow master does not mention $word"
done

clone program
SECONDS=0
node scripts/install-program.js >install.log 2>&1 || { tail -20 install.log; fail 'scripts/install-program.js'; }
echo "the program alone, as in action.yml: $SECONDS s"
for native in better-sqlite3 zeromq; do
  [ ! -e "node_modules/$native" ] || fail "the program was installed with $native"
done
bin/lavaflow validate || fail 'validate of the program alone'
for command in render review plan apply drift; do
  bin/lavaflow "$command" --help >"$work/out" || fail "$command --help of the program alone"
done
bin/lavaflow render phone-1 >"$work/out" || fail 'render of the program alone'
bin/lavaflow review --base HEAD >"$work/out" || fail 'review of the program alone'

clone prebuilt
SECONDS=0
npm install --ignore-scripts >install.log 2>&1 || { tail -20 install.log; fail 'npm install'; }
install -D "$source/node_modules/better-sqlite3/build/Release/better_sqlite3.node" node_modules/better-sqlite3/build/Release/better_sqlite3.node
npm run build >build.log 2>&1 || { tail -20 build.log; fail 'npm run build'; }
echo "npm install with a prebuilt better-sqlite3, including the build: $SECONDS s (at most 30)"
[ "$SECONDS" -le 30 ] || fail 'npm install takes too long'
