internal import ArgumentParser

/// What `-h` means. Alone, or after the name of a subcommand, it asks for help, as everywhere; but redis-cli and its kin
/// take it for the server's host, so that beside anything else it must not pass for a sale that went well.
enum HelpFlag: Equatable {
    case absent
    /// It is the last argument, and only subcommands stand before it.
    case alone
    /// What to say about it.
    case misplaced(String)

    /// - Parameter root: the command that the arguments are for.
    init(_ arguments: [String], of root: any ParsableCommand.Type) {
        // Behind `--` nothing is a flag.
        let flags = arguments.prefix { $0 != "--" }
        guard let place = flags.firstIndex(of: "-h") else {
            self = .absent
            return
        }
        if place == arguments.count - 1, Self.areCommands(arguments[..<place], of: root) {
            self = .alone
        } else {
            self = .misplaced("-h beside other arguments is no wish for help: " + Self.hint(Array(flags), place))
        }
    }

    private static func areCommands(_ words: ArraySlice<String>, of root: any ParsableCommand.Type) -> Bool {
        var command = root
        for word in words {
            guard let next = command.configuration.subcommands.first(where: { $0._commandName == word }) else {
                return false
            }
            command = next
        }
        return true
    }

    private static func hint(_ arguments: [String], _ place: Int) -> String {
        func value(after flag: Int) -> String? {
            guard flag + 1 < arguments.count, !arguments[flag + 1].hasPrefix("-") else { return nil }
            return arguments[flag + 1]
        }
        guard let host = value(after: place), !host.isEmpty else { return "write --help for it" }
        let port = arguments.firstIndex(of: "-p").flatMap { value(after: $0) } ?? "6379"
        return "name the server with --redis redis://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }
}
