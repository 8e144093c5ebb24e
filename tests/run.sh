#!/usr/bin/env bash
# Builds everything and runs every test on a fresh machine. Installs the programs the tests drive where it may; what it may not is
# reported and the tests that need it say "skipped". Ends with the line "N passed, N failed, N skipped".
#   tests/run.sh [word…]   only test projects whose name contains one of the words
#   KUBEBUILDER_ASSETS     folder with kube-apiserver, etcd and kubectl for the tests of Kubernetes membership
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
readonly results="$(mktemp -d)"
readonly policy=/usr/sbin/policy-rc.d
readonly kept="$results/policy-rc.d"
passed=0 failed=0 skipped=0

# The settings of a developer's shell must not reach the servers under test.
unset ASPNETCORE_URLS DIRECTORY ENVIRONMENT CLUSTERING STORAGE JWT_SECRET KEY_ENCRYPTION_SECRET MANAGEMENT_PORT MANAGEMENT_HOST \
  TRUSTED_PROXIES UITSMIJTER_NAMESPACE KUBECONFIG KUBERNETES_SERVICE_HOST KUBERNETES_SERVICE_PORT PUBLIC_DOMAIN SECURE REDIS_URI REDIS_HOST REDIS_PASSWORD LOG_LEVEL LOG_FORMAT OTEL_EXPORTER_OTLP_ENDPOINT STALE_LIMIT DRAIN_TIME \
  REDIS_TLS_CA REDIS_TLS_CERTIFICATE REDIS_TLS_KEY REDIS_REPLICAS ORLEANS_TLS_CA ORLEANS_TLS_CERTIFICATE ORLEANS_TLS_KEY ORLEANS_DASHBOARD MANAGEMENT_TOKEN MANAGEMENT_TOKEN_FILE

finish() {
  rm -rf "$results"
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
  exit
}

missing_packages() {
  command -v redis-server >/dev/null || echo redis-server
  command -v chromium >/dev/null || command -v chromium-browser >/dev/null || echo chromium
  command -v caddy >/dev/null || echo caddy
  command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || echo nginx-light
  command -v curl >/dev/null || echo curl
  command -v openssl >/dev/null || echo openssl
  command -v node >/dev/null || echo nodejs
  command -v npm >/dev/null || echo npm
  compgen -G "/usr/lib*/*/libicuuc.so*" >/dev/null || compgen -G "/usr/lib*/libicuuc.so*" >/dev/null || echo libicu-dev
}

# Debian starts a service as soon as it is installed, unless this file forbids it; what was there before comes back.
forbid_services() {
  [ -e "$policy" ] && mv "$policy" "$kept"
  printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy"
}

restore_services() {
  rm -f "$policy"
  [ -e "$kept" ] && mv "$kept" "$policy"
  return 0
}

install_missing() {
  local missing package
  mapfile -t missing < <(missing_packages)
  [ "${#missing[@]}" -eq 0 ] && return
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "Not installed, and not ours to install (no root, or no apt-get): ${missing[*]}. The tests that need them are skipped."
    return
  fi
  echo "Installing ${missing[*]} …"
  forbid_services
  trap restore_services EXIT
  apt-get update -qq || echo "The package lists could not be fetched; trying with the old ones."
  for package in "${missing[@]}"; do
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >"$results/apt.log" 2>&1 ||
      echo "$package could not be installed: $(tail -n 1 "$results/apt.log"). The tests that need it are skipped."
  done
  restore_services
  trap - EXIT
}

# A real API server for the tests of Kubernetes membership: KUBEBUILDER_ASSETS names a folder with kube-apiserver, etcd and kubectl, as for Kubernetes'
# own envtest; a script beside the repository may fill one.
find_kubernetes() {
  local script=../shared/tools/kubernetes/assets.sh
  if [ -z "${KUBEBUILDER_ASSETS:-}" ] && [ -f "$script" ]; then
    echo "Fetching a Kubernetes API server …"
    if [ "$(id -u)" -eq 0 ]; then
      forbid_services
      trap restore_services EXIT
    fi
    if bash "$script" "$results/kubernetes" >"$results/kubernetes.log" 2>&1; then
      KUBEBUILDER_ASSETS="$results/kubernetes"
    else
      echo "It could not be fetched: $(tail -n 1 "$results/kubernetes.log")."
    fi
    if [ "$(id -u)" -eq 0 ]; then
      restore_services
      trap - EXIT
    fi
  fi
  if [ -z "${KUBEBUILDER_ASSETS:-}" ]; then
    echo "*** No Kubernetes API server: the tests of Kubernetes membership are SKIPPED. Set KUBEBUILDER_ASSETS to a folder with kube-apiserver, etcd and kubectl. ***"
  else
    export KUBEBUILDER_ASSETS
    echo "Kubernetes API server: $("$KUBEBUILDER_ASSETS/kube-apiserver" --version 2>&1 | head -n 1)"
  fi
}

build() {
  echo "Building …"
  if ! dotnet build Uitsmijter.Actors.sln -c Release -v quiet -nodeReuse:false --nologo >"$results/build.log" 2>&1; then
    grep -E ': (error|warning) ' "$results/build.log" | sort -u | head -n 50 || tail -n 50 "$results/build.log"
    [ -s "$results/build.log" ] && tail -n 5 "$results/build.log"
    echo "The build failed."
    failed=1
    finish
  fi
}

# Runs one test project; its result file is read by collect.
run_project() {
  local name=$1 limit=$2 results=$3
  local program="tests/$name/bin/Release/net10.0/Uitsmijter.Actors.$name.dll"
  local started=$SECONDS
  # A test that hangs is named in the log again and again from its second minute on.
  timeout --kill-after=15 "$limit" dotnet "$program" -noLogo -noColor -longRunning 120 -xml "$results/$name.xml" >"$results/$name.log" 2>&1 </dev/null
  local code=$?
  if [ "$code" -eq 124 ] || [ "$code" -eq 137 ]; then
    echo "hung" >"$results/$name.hung"
  fi
  echo "$code" >"$results/$name.code"
  echo "$name ended after $((SECONDS - started)) s."
}
export -f run_project

number() { sed -n "s/.*<assembly [^>]*[[:space:]]$2=\"\([0-9]*\)\".*/\1/p" "$1" | head -n 1; }

collect() {
  local name=$1 limit=$2 file="$results/$1.xml" bad
  if [ -e "$results/$name.hung" ]; then
    echo "--- $name did not end within $limit s and was stopped. Its last lines:"
    tail -n 40 "$results/$name.log"
    failed=$((failed + 1))
    return
  fi
  if [ ! -s "$file" ]; then
    echo "--- $name could not be run:"
    tail -n 60 "$results/$name.log"
    failed=$((failed + 1))
    return
  fi
  bad=$(($(number "$file" failed) + $(number "$file" errors)))
  passed=$((passed + $(number "$file" passed)))
  skipped=$((skipped + $(number "$file" skipped) + $(number "$file" not-run)))
  failed=$((failed + bad))
  if [ "$bad" -eq 0 ] && [ "$(cat "$results/$name.code")" -ne 0 ]; then
    bad=1
    failed=$((failed + 1))
    echo "--- $name ended with code $(cat "$results/$name.code") although no test failed:"
  fi
  if [ "$bad" -gt 0 ]; then
    echo "--- failures of $name:"
    grep -vE '^  (Discovering|Discovered|Starting|Finished):' "$results/$name.log" | head -n 400
  fi
  # Which proxies were real, and why tests were skipped: each reason once, with how many it met.
  grep -hE '^(traefik|caddy|nginx|envoy): ' "$results/$name.log" | sort -u
  grep -E '\[SKIP\]' -A 1 "$results/$name.log" | grep -vE '^--|\[SKIP\]' | sort | uniq -c | sort -rn | sed "s/^ */skipped in $name: /"
}

wanted() {
  local name=$1 word
  shift
  [ $# -eq 0 ] && return 0
  for word in "$@"; do
    [[ "$name" == *"$word"* ]] && return 0
  done
  return 1
}

if ! command -v dotnet >/dev/null; then
  echo "The .NET SDK 10 is missing: see https://dotnet.microsoft.com/download."
  failed=1
  finish
fi

install_missing
find_kubernetes
build

quick=() heavy=()
for project in tests/*.Tests/*.csproj; do
  name=$(basename "$(dirname "$project")")
  wanted "$name" "$@" || continue
  # A browser, proxies and several servers at once: alone, or its own load makes it slow.
  case "$name" in EndToEnd.Tests | Cluster.Tests | ClusteringKubernetes.Tests) heavy+=("$name") ;; *) quick+=("$name") ;; esac
done

readonly quick_limit=1200 heavy_limit=2700
[ "${#quick[@]}" -gt 0 ] && printf '%s\n' "${quick[@]}" | xargs -P 2 -I{} bash -c 'run_project "$@"' _ {} "$quick_limit" "$results"
[ "${#heavy[@]}" -gt 0 ] && printf '%s\n' "${heavy[@]}" | xargs -I{} bash -c 'run_project "$@"' _ {} "$heavy_limit" "$results"
for name in "${quick[@]}"; do collect "$name" "$quick_limit"; done
for name in "${heavy[@]}"; do collect "$name" "$heavy_limit"; done
finish
