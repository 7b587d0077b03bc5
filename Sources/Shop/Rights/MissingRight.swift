/// What a user may not do by a server's answer, and the rule of its access list that would allow it
/// (https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/).
struct MissingRight: Equatable {
    /// In words that follow "may not".
    var deed: String
    var rule: String
    /// What to do.
    var advice: String { "give the user \(rule), or name another user in the URL" }

    /// - Parameters:
    ///   - name: of the command, in capitals.
    ///   - answer: of the server, of Redis 6.0 or later, to the command itself (NOPERM) or to ACL DRYRUN.
    init(_ name: String, answer: String) {
        if answer.contains("key") && answer.contains("access") {
            deed = "use keys of a run with \(name)"
            rule = "~*{stress:*"
            return
        }
        if answer.contains("channel") {
            deed = "use the channel of \(name)"
            rule = "&*"
            return
        }
        deed = "run \(name)"
        rule = "+\(Self.command(in: answer, called: name) ?? name.lowercased().replacing(" ", with: "|"))"
    }

    /// The command with its subcommand, as servers since Redis 7.0 have it in quotes.
    private static func command(in answer: String, called name: String) -> String? {
        let parts = answer.split(separator: "'", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        let words = parts[1].split(separator: "|", omittingEmptySubsequences: false)
        let isPlain = words.allSatisfy { word in
            !word.isEmpty && word.utf8.count <= 40
                && word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) || "-_.".contains($0) }
        }
        let word = String(name.prefix(while: { $0 != " " }))
        guard isPlain, words.count <= 2, words.first?.uppercased() == word else { return nil }
        return String(parts[1])
    }
}
