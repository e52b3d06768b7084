#!/usr/bin/env bash
# gen.sh K8S_VERSION ETCD_VERSION: writes mods/MINOR.mod and mods/MINOR.sum. Needs the network.
#
#   ./gen.sh 1.37.2 3.7.0
#
# k8s.io/kubernetes requires its staging repositories at v0.0.0 and replaces them by local paths, which a
# consumer of the module does not see; here each is pinned to the v0.MINOR.PATCH it was published as.
set -euo pipefail
cd "$(dirname "$0")"
kwok=0.8.0
v=${1#v} etcd=${2#v}
minor=${v%.*} stage="v0.${v#1.}"
src=$(go mod download -json "k8s.io/kubernetes@v$v" | sed -n 's/.*"GoMod": "\(.*\)",*/\1/p')
{
  echo "module testplane"
  echo "go 1.26.4"
  echo "godebug default=$(sed -n 's/^godebug default=//p' "$src")" # the GODEBUG defaults of upstream's binaries
  echo "require ("
  echo "k8s.io/kubernetes v$v"
  echo "go.etcd.io/etcd/server/v3 v$etcd"
  echo "sigs.k8s.io/kwok v$kwok"
  echo ")"
  # requirements of kubernetes itself, direct and indirect: the versions upstream tested
  echo "require ("
  awk '/^require \(/{on=1;next} /^\)/{on=0} on' "$src" | grep -v 'k8s.io/sample-' |
    sed "s# v0\.0\.0\$# $stage#; s# v0\.0\.0 *//.*# $stage#; s#^\s*go.etcd.io/etcd/server/.*##"
  echo ")"
  # replaced, not only required: other modules may ask for newer staging repositories than this minor
  echo "replace ("
  grep -- '=> ./staging' "$src" | awk '{for(i=1;i<=NF;i++) if($i=="=>") print $(i-1)}' | while read -r m; do
    case $m in
    k8s.io/sample-apiserver) echo "$m => ./stub" ;; # required by kubernetes, never compiled, not published for every patch
    k8s.io/sample-*) ;;
    *) echo "$m => $m $stage" ;;
    esac
  done
  echo ")"
} >"mods/$minor.mod"
go mod edit -fmt "mods/$minor.mod"
go mod tidy -modfile="mods/$minor.mod"
