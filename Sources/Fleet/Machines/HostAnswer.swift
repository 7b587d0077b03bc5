/// What a machine said to a ``HostScript``.
struct HostAnswer: Sendable {
    /// As `uname -s` and `uname -m` say.
    var system = ""
    var machine = ""
    /// As `getconf GNU_LIBC_VERSION` or `ldd --version` says: `glibc 2.36`, `musl libc …`.
    var libc = ""
    var tools: Set<String> = []
    /// Where programs of ours are kept.
    var folder = ""
    /// Whether the program is there, whole.
    var hasProgram = false
    /// How the program ended that was asked for its version, and what it said; nil where it was not asked.
    var version: (exitCode: Int, text: String)?
    /// The step that went wrong, and what was said about it; nil where none did.
    var failure: (step: String, text: String)?
    /// Whether all of it came.
    var isWhole = false

    /// - Parameters:
    ///   - output: all that came, with what others said.
    ///   - mark: what our lines begin with.
    init(_ output: String, mark: String) {
        for line in output.split(whereSeparator: \.isNewline) {
            // A login that says something without the end of a line comes before our first.
            guard let start = line.firstRange(of: mark + " ")?.upperBound else { continue }
            let words = line[start...].split(separator: " ").map(String.init)
            guard let word = words.first else { continue }
            let rest = Array(words.dropFirst())
            switch word {
            case "system":
                system = rest.first ?? ""
                machine = rest.dropFirst().first ?? ""
            case "libc": libc = rest.joined(separator: " ")
            case "tool": tools.formUnion(rest)
            // Its blanks are its own.
            case "folder": folder = String(line[start...].dropFirst(word.count + 1))
            case "has": hasProgram = true
            case "version": version = (rest.first.flatMap { Int($0) } ?? -1, rest.dropFirst().joined(separator: " "))
            case "failed": failure = (rest.first ?? "", rest.dropFirst().joined(separator: " "))
            case "end": isWhole = true
            default: break
            }
        }
    }
}
