# What ./run and ./test share: finding or installing what they need, and building. Sourced by bash, with $root set.

built_stamp="$root/artifacts/built"

die() {
  printf '%s\n' "$*" >&2
  exit 1
}

# dotnet and NuGet write below HOME: without a usable one they get a folder of their own in the checkout.
use_writable_home() {
  if [ -z "${HOME:-}" ] || [ ! -d "$HOME" ] || [ ! -w "$HOME" ]; then
    export HOME="$root/artifacts/home"
    mkdir -p "$HOME"
  fi
  [ -n "${NUGET_PACKAGES:-}" ] || unset NUGET_PACKAGES
  export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
  # No process stays behind when the scripts are done.
  export DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false
}

need_dotnet() {
  local folder
  for folder in "" "$HOME/.dotnet" /usr/share/dotnet /usr/lib/dotnet /usr/local/share/dotnet; do
    [ -z "$folder" ] || [ ! -x "$folder/dotnet" ] || PATH="$folder:$PATH"
    if command -v dotnet >/dev/null && dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; then
      DOTNET_ROOT="${DOTNET_ROOT:-$(dirname "$(readlink -f "$(command -v dotnet)")")}"
      export PATH DOTNET_ROOT
      return
    fi
  done
  die "The .NET SDK 10 is missing. Install it: https://dotnet.microsoft.com/download/dotnet/10.0"
}

has_postgres() {
  local folder
  for folder in ${PG_BIN:+"$PG_BIN"} /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/bin \
    /opt/homebrew/opt/postgresql*/bin /usr/local/pgsql/bin; do
    [ ! -x "$folder/postgres" ] || [ ! -x "$folder/initdb" ] || return 0
  done
  command -v postgres >/dev/null && command -v initdb >/dev/null
}

has_libsodium() {
  local file
  # The linker's cache is quickest, but not every system has one.
  if PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null | grep -q 'libsodium\.so\.23'; then
    return 0
  fi
  for file in /usr/lib/*/libsodium.so.23 /usr/lib*/libsodium.so.23 /opt/homebrew/lib/libsodium.23.dylib; do
    [ ! -e "$file" ] || return 0
  done
  return 1
}

# need_packages yes|no: whether PostgreSQL is needed beside libsodium.
need_packages() {
  local missing=() sudo=()
  has_libsodium || missing+=(libsodium23)
  [ "$1" = no ] || has_postgres || missing+=(postgresql)
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || die "Missing: ${missing[*]}. Install them with this system's package manager."
  if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || die "Missing: ${missing[*]}. Install them: sudo apt-get install ${missing[*]}"
    sudo=(sudo -n)
  fi
  step "Installing ${missing[*]}" install_packages "${missing[@]}"
  # Makes thumbnails of pictures. Welcome while something is installed anyway, but nothing fails without it.
  command -v vipsthumbnail >/dev/null ||
    step "Installing libvips-tools" as_root apt-get install -y --no-install-recommends libvips-tools || true
}

# want_packages NAME...: what some tests need and are left out without. Never fails.
want_packages() {
  local missing=() sudo=() package
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if command -v apt-get >/dev/null; then
    [ "$(id -u)" -eq 0 ] || sudo=(sudo -n)
    if as_root true 2>/dev/null && step "Installing ${missing[*]}" install_packages "${missing[@]}"; then
      return 0
    fi
  fi
  printf 'Not installed, so the tests that need them are skipped: %s\n' "${missing[*]}"
}

# Debian's packages start what they bring, a cluster, a relay, an SFU; nobody here asked for these.
install_packages() {
  local settings=/etc/postgresql-common/createcluster.d/chatalot.conf
  local status=0 service
  as_root apt-get update || return
  if [[ " $* " == *" postgresql "* ]]; then
    as_root apt-get install -y --no-install-recommends postgresql-common || return
    as_root sh -c "mkdir -p ${settings%/*} && echo 'create_main_cluster = false' >$settings" || return
  fi
  for service in coturn janus; do
    [[ " $* " != *" $service "* ]] || as_root systemctl mask "$service.service" || true
  done
  as_root apt-get install -y --no-install-recommends "$@" || status=$?
  for service in coturn janus; do
    [[ " $* " == *" $service "* ]] || continue
    as_root systemctl unmask "$service.service" || true
    as_root systemctl disable "$service.service" || true
  done
  as_root rm -f "$settings"
  return "$status"
}

as_root() {
  ${sudo[@]+"${sudo[@]}"} env DEBIAN_FRONTEND=noninteractive "$@"
}

# step TEXT COMMAND...: says what runs and how long it took; its output is shown only when it fails.
step() {
  local text="$1" start=$SECONDS log status=0
  shift
  log="$(mktemp)"
  printf '%s ... ' "$text"
  "$@" >"$log" 2>&1 || status=$?
  if [ "$status" -eq 0 ]; then
    printf '%s s\n' "$((SECONDS - start))"
  else
    printf 'failed\n'
    cat "$log" >&2
  fi
  rm -f "$log"
  return "$status"
}

# True when nothing that the server is built from changed since the last build.
is_built() {
  [ -x "$root/src/Host/bin/Release/net10.0/chatalot-server" ] && [ -e "$built_stamp" ] &&
    [ -z "$(find "$root/src" "$root"/Directory.* "$root/.editorconfig" \
      \( -name bin -o -name obj \) -prune -o -newer "$built_stamp" -print -quit)" ]
}

# build PROJECT...: Release. What changes while it runs is built next time.
build() {
  local project
  for project in "$root"/src/*/; do
    # Made now, because a folder that gets a child looks changed.
    mkdir -p "$project/bin" "$project/obj"
  done
  mkdir -p "$root/artifacts" &&
    touch "$built_stamp.new" &&
    dotnet build "$@" -c Release -nologo -v quiet "-clp:ErrorsOnly;NoSummary" &&
    mv "$built_stamp.new" "$built_stamp"
}
