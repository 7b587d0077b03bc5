/// What is asked and done on another machine before workers are started there: scripts for any POSIX shell, which answer in lines that
/// begin with a mark, since files that a login reads may say anything, too.
struct HostScript: Sendable {
    /// The SHA-256 of our program in hexadecimal.
    var digest: String

    /// The most versions of our program that stay on a machine.
    static let keptVersions = 4

    /// A command for the user's shell on the other machine, whichever it is, that runs a script which its standard input begins with.
    /// The rest of the input is the script's: a shell that read its script from there could have read too far.
    ///
    /// - Parameter mark: what lines of its answer begin with: letters and digits, for this host alone.
    static func command(for script: String, mark: String) -> String {
        "exec sh -c 'eval \"$(dd bs=1 count=\(script.utf8.count) 2>/dev/null)\"' \(mark)"
    }

    /// A command for the user's shell that becomes a worker.
    static func worker(_ path: String) -> String { "exec \(quoted(path)) worker --remote" }

    /// Whether all shells take such a path as one word as ``quoted(_:)`` writes it.
    static func isPlain(_ path: String) -> Bool {
        path.hasPrefix("/")
            && path.unicodeScalars.allSatisfy { $0.value >= 32 && !"'\\!\u{7F}".unicodeScalars.contains($0) }
    }

    private static func quoted(_ path: String) -> String {
        let isBare = path.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) || "/._-+,@".contains($0) }
        return isBare ? path : "'\(path)'"
    }

    private var opening: String {
        """
        LC_ALL=C export LC_ALL
        umask 077
        say() { set -f; printf '%s ' "$0" $*; printf '\\n'; set +f; }
        fail() { say failed "$@"; say end; exit 0; }
        try() { problem=$("$1" --version 2>&1 < /dev/null); say version $? "$(printf '%s' "$problem" | head -n 20)"; }
        command -v sh dd printf > /dev/null || fail tools
        say system "$(uname -s)" "$(uname -m)"
        say libc "$(getconf GNU_LIBC_VERSION 2> /dev/null || ldd --version 2>&1 | head -n 2)"

        """
    }

    private var place: String {
        """
        cache=${XDG_CACHE_HOME:-}
        case $cache in /*) ;; *) cache=${HOME:-}/.cache ;; esac
        case $cache in /*) ;; *) fail home ;; esac
        folder=$cache/stress
        file=$folder/stress-\(digest)
        printf '%s folder %s\\n' "$0" "$folder"
        whole() { case $(sha256sum < "$1" 2> /dev/null) in "\(digest) "*) return 0 ;; esac; return 1; }

        """
    }

    /// Asks what a machine is, whether our program is there, and if so, whether it runs.
    var looking: String {
        opening + place + """
            for tool in gzip zstd sha256sum mkdir mv rm chmod touch ls find; do
                command -v "$tool" > /dev/null && say tool "$tool"
            done
            if [ -f "$file" ]; then
                if whole "$file"; then
                    say has
                    touch "$file" 2> /dev/null
                    try "$file"
                else
                    rm -f "$file" 2> /dev/null
                fi
            fi
            say end
            """
    }

    /// Asks whether a program that is there already runs.
    ///
    /// - Parameter path: absolute and plain.
    func looking(at path: String) -> String {
        opening + """
            if [ -f '\(path)' ]; then
                say has
                try '\(path)'
            fi
            say end
            """
    }

    /// Takes our program from the standard input, compressed, checks it, and puts it into its place, which nobody sees half. Removes
    /// versions that have not been used for longest.
    ///
    /// - Parameter unpacker: a program that unpacks its input: `gzip` or `zstd`.
    func receiving(with unpacker: String) -> String {
        opening + place + """
            problem=$(mkdir -p "$folder" 2>&1) || fail folder "$problem"
            find "$folder" -name '.part-*' -mtime +0 -exec rm -f '{}' ';' 2> /dev/null
            part=$folder/.part-\(digest)-$0
            trap 'rm -f "$part"' EXIT
            trap 'exit 1' HUP INT TERM PIPE
            problem=$( { \(unpacker) -d -c > "$part"; } 2>&1) || fail write "$problem"
            whole "$part" || fail whole
            problem=$(chmod 700 "$part" 2>&1 && mv -f "$part" "$file" 2>&1) || fail move "$problem"
            ls -t "$folder" | { kept=1; while read -r name; do
                case $name in
                    stress-\(digest)) ;;
                    stress-????????????????*)
                        kept=$((kept + 1))
                        [ "$kept" -le \(Self.keptVersions) ] || rm -f "$folder/$name" ;;
                esac
            done; }
            say has
            try "$file"
            say end
            """
    }
}
