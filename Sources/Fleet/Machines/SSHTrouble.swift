/// What ssh's last words mean, for the user. The texts are OpenSSH 9.2's; older and newer ones say the same.
enum SSHTrouble {
    /// Why ssh has ended, without the host's name and without the end of a sentence. Nil where it says nothing about that.
    ///
    /// - Parameters:
    ///   - host: for the commands that are recommended.
    ///   - exitCode: of ssh, which is 255 for its own failures and else that of what ran there; nil where a signal ended it.
    ///   - errors: the end of its standard error.
    static func sentence(host: String, exitCode: Int32?, errors: String) -> String? {
        let lines = errors.split(whereSeparator: \.isNewline).map { String($0).trimmingBlanks }.filter { !$0.isEmpty }
        for rule in rules {
            // The last one that fits: a banner comes first.
            guard let line = lines.last(where: { line in rule.signs.contains { line.contains($0) } }) else { continue }
            guard rule.isOurs || exitCode == 255 || exitCode == nil else { continue }
            return rule.meaning.replacing("HOST", with: host) + (rule.showsLine ? ": \(line.prefix(300))" : "")
        }
        switch exitCode {
        case 0: return nil
        case nil: return "the ssh that led there was ended by a signal here"
        case 255:
            let line = lines.last { !$0.hasPrefix("Warning: Permanently added") }
            return line.map { "ssh gave it up: \($0.prefix(300))" } ?? "ssh lost it without a word (exit code 255)"
        case 126?, 127?:
            return "our program cannot be run there any more" + (lines.last.map { ": \($0.prefix(300))" } ?? "")
        default: return nil
        }
    }

    private struct Rule {
        /// A part of a line, any of them.
        var signs: [String]
        /// Without the end of a sentence.
        var meaning: String
        var showsLine = true
        /// Whether it can be said with another exit code than ssh's own.
        var isOurs = false
    }

    /// The first that fits counts.
    private static let rules: [Rule] = [
        Rule(signs: ["Could not resolve hostname"], meaning: "nobody knows its name"),
        Rule(
            signs: ["REMOTE HOST IDENTIFICATION HAS CHANGED", "has changed and you have requested strict checking"],
            meaning:
                "its host key is not the one that is known here: another machine answers there, or it was installed anew; "
                + "if that is right, ssh-keygen -R HOST forgets the old one", showsLine: false),
        Rule(
            signs: ["Host key verification failed"],
            meaning: "its host key is not known here, and nobody can be asked: log in once by hand, ssh HOST",
            showsLine: false),
        Rule(
            signs: ["UNPROTECTED PRIVATE KEY", "bad permissions"],
            meaning: "ssh does not use a key file that others can read", showsLine: true),
        Rule(
            signs: ["Permission denied ("],
            meaning:
                "it refuses the login, and nobody can be asked for a password: ssh -o BatchMode=yes HOST has to work first "
                + "(ssh-copy-id, ssh-agent)"),
        Rule(
            signs: ["Too many authentication failures"],
            meaning: "it refuses the login after too many keys: name the right one (IdentitiesOnly, IdentityFile)"),
        Rule(
            signs: ["Session open refused by peer", "open failed: administratively prohibited"],
            meaning: "its sshd lets in too few sessions (MaxSessions)"),
        Rule(signs: ["Unable to negotiate"], meaning: "ssh and its sshd have no algorithm in common"),
        Rule(
            signs: ["kex_exchange_identification", "Not allowed at this time"],
            meaning:
                "its sshd, or what is before it, closed the connection before it said who it is: too many come at once "
                + "(MaxStartups), it punishes us (PerSourcePenalties), or it is no sshd"),
        Rule(
            signs: ["Protocol major versions differ", "could not read protocol version", "banner line contains"],
            meaning: "what answers there is no sshd"),
        Rule(
            signs: ["during banner exchange"],
            meaning: "it takes connections, but no sshd says anything within \(SSHCommand.connectSeconds) seconds"),
        Rule(
            signs: ["Connection refused"],
            meaning: "nobody listens there; does its sshd run, and at this port? ssh://HOST:PORT names another"),
        Rule(
            signs: ["connect to host", "No route to host", "Network is unreachable"],
            meaning: "it does not answer"),
        Rule(
            signs: [
                "Bad configuration option", "Bad owner or permissions", "Bad port", "terminating, ", "unknown option",
            ],
            meaning: "ssh does not understand how it was called or configured"),
        Rule(
            signs: ["This account is currently not available"],
            meaning: "its user has no shell there", isOurs: true),
        Rule(
            signs: [
                "not responding", " timed out", "closed by remote host", "Connection closed by", "Connection reset by",
                "Broken pipe", "client_loop: send disconnect", "Disconnected from",
            ],
            meaning: "the connection was lost"),
    ]
}
