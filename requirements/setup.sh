# What ./start and ./test share: Python, system libraries, .venv. POSIX sh, sourced.
# shellcheck shell=sh

LOG=var/log/setup.log
mkdir -p var/log
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1

say() {
    printf '%s\n' "$*"
}

give_up() {
    say "$*" >&2
    exit 1
}

# step LABEL COMMAND...: one line with its seconds; the output goes to the log.
step() {
    step_label=$1
    shift
    step_start=$(date +%s)
    printf '  %s… ' "$step_label"
    if "$@" >"$LOG" 2>&1 </dev/null; then
        say "$(($(date +%s) - step_start)) s"
    else
        say "échec"
        return 1
    fi
}

# The end of the log, and a sentence when it is only that there is no network.
explain() {
    if grep -qiE 'temporary failure|could not resolve|name resolution|network is unreachable|max retries exceeded|newconnectionerror|from versions: none|connection timed out|failed to fetch' "$LOG"; then
        give_up "Pas de réseau : cette étape doit télécharger. Reconnectez-vous, puis relancez la même commande. (Détail : $LOG)"
    fi
    tail -n 15 "$LOG" >&2
    give_up "Cette étape a échoué. (Détail : $LOG)"
}

good_python() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
}

find_python() {
    for PYTHON in .venv/bin/python "${PYTHON:-python3}" python3.13 python3.12 python3.11 python3 /usr/bin/python3; do
        if good_python "$PYTHON"; then
            return 0
        fi
    done
    return 1
}

need_python() {
    if ! find_python; then
        case $(system) in
        debian) install_packages python3 python3-venv ;;
        macos) install_packages python@3.13 ;;
        esac
        find_python || give_up "Plateau demande Python 3.11, 3.12 ou 3.13, et n’en trouve pas. Installez-en un, puis relancez la même commande."
    fi
    if [ "$PYTHON" != .venv/bin/python ] && ! "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null; then
        case $(system) in
        debian) install_packages "$("$PYTHON" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')" ;;
        *) give_up "Il manque à $PYTHON son module venv. Installez-le, puis relancez la même commande." ;;
        esac
    fi
}

system() {
    if command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then
        echo debian
    elif [ "$(uname)" = Darwin ] && command -v brew >/dev/null; then
        echo macos
    else
        echo other
    fi
}

# need_packages DEBIAN_NAMES BREW_NAMES: installs those that are missing.
need_packages() {
    missing=
    case $(system) in
    debian)
        for package in $1; do
            dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
        done
        ;;
    macos)
        for package in $2; do
            brew list "$package" >/dev/null 2>&1 || missing="$missing $package"
        done
        ;;
    other)
        say "Système inconnu de ce script : il suppose déjà installés les équivalents de $1."
        ;;
    esac
    # shellcheck disable=SC2086
    [ -z "$missing" ] || install_packages $missing
}

install_packages() {
    case $(system) in
    debian) set -- apt-get install -y --no-install-recommends "$@" ;;
    macos)
        say "J’installe avec brew : $*"
        step "paquets du système" brew install "$@" || explain
        return
        ;;
    *) give_up "Il manque : $*. Installez-les, puis relancez la même commande." ;;
    esac
    if [ "$(id -u)" -eq 0 ]; then
        sudo=
    elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || { [ -t 0 ] && say "J’ai besoin de sudo pour : $*" && sudo -v; }; }; then
        sudo=sudo
    else
        give_up "Il manque des paquets du système. Tapez ceci, puis relancez la même commande :
  sudo $*"
    fi
    say "J’installe ce qui manque au système : $sudo $*"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086
    step "liste des paquets" $sudo apt-get update -q || explain
    # shellcheck disable=SC2086
    step "paquets du système" $sudo "$@" || explain
}

need_venv() {
    # A system upgrade or an interrupted start leaves a .venv that cannot run.
    if ! { good_python .venv/bin/python && .venv/bin/python -c 'import pip' 2>/dev/null; }; then
        rm -rf .venv
        step "environnement Python" "$PYTHON" -m venv .venv || explain
    fi
}

# need_requirements NAME: requirements/NAME.txt by hash, when it has changed.
need_requirements() {
    need_venv
    stamp=.venv/.requirements-$1
    wanted=$(cksum <"requirements/$1.txt")
    if [ ! -e "$stamp" ] || [ "$(cat "$stamp")" != "$wanted" ]; then
        step "bibliothèques Python (une à trois minutes la première fois)" \
            .venv/bin/python -m pip install --require-hashes -r "requirements/$1.txt" || explain
        printf '%s\n' "$wanted" >"$stamp"
    fi
}
