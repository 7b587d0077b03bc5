/// A machine that ssh reaches.
package struct RemoteHost: Sendable, Hashable {
    /// Nil where ssh decides.
    package private(set) var user: String?
    /// A name, which may be an alias of the user's `~/.ssh/config`, or an address, IPv6 without brackets.
    package private(set) var name: String
    /// Nil where ssh decides.
    package private(set) var port: Int?
    /// How many workers it gets at the most.
    package var slots = 1
    /// Whether the entry said how many.
    private(set) var hasSlots = false

    /// As the user knows it.
    package var shown: String {
        let place = (user.map { "\($0)@" } ?? "") + (name.contains(":") ? "[\(name)]" : name)
        return port.map { "\(place) port \($0)" } ?? place
    }

    /// What ssh is told: `user@name`. It begins with no `-`.
    package var destination: String { (user.map { "\($0)@" } ?? "") + name }

    /// Reads `host`, `user@host:slots`, `[IPv6]:slots`, or, as ssh has it, `ssh://user@host:port`, with `:slots` behind it.
    init(entry: String) throws(HostList.Problem) {
        let scheme = "ssh://"
        let isURL = entry.lowercased().hasPrefix(scheme)
        var rest = entry.dropFirst(isURL ? scheme.count : 0)
        if isURL, rest.last == "/" { rest = rest.dropLast() }
        // Some users have an @ in their names.
        if let at = rest.lastIndex(of: "@") {
            user = try Self.user(rest[..<at], in: entry)
            rest = rest[rest.index(after: at)...]
        }
        var numbers: [Substring]
        if rest.first == "[" {
            guard let close = rest.firstIndex(of: "]") else {
                throw HostList.Problem(message: "'\(entry)': a ] is wanted behind an IPv6 address")
            }
            name = String(rest[..<close].dropFirst())
            let isAddress = name.contains(":") && name.allSatisfy { Self.isPlain($0) || $0 == ":" || $0 == "%" }
            guard isAddress, !name.hasPrefix("-") else {
                throw HostList.Problem(message: "'\(entry)': an IPv6 address is wanted in brackets")
            }
            rest = rest[close...].dropFirst()
            numbers = rest.split(separator: ":", omittingEmptySubsequences: false)
            guard numbers.first.map(\.isEmpty) ?? true else { throw Self.unclear(entry) }
            numbers = Array(numbers.dropFirst())
        } else {
            numbers = rest.split(separator: ":", omittingEmptySubsequences: false)
            name = String(numbers.removeFirst())
            guard !name.isEmpty, name.allSatisfy(Self.isPlain), !name.hasPrefix("-") else { throw Self.unclear(entry) }
        }
        guard numbers.count <= (isURL ? 2 : 1) else { throw Self.unclear(entry) }
        if isURL, !numbers.isEmpty {
            let text = numbers.removeFirst()
            guard let port = Int(text), (1...65535).contains(port), text.allSatisfy(\.isNumber) else {
                throw HostList.Problem(message: "'\(entry)': a port from 1 to 65535 is wanted, found '\(text)'")
            }
            self.port = port
        }
        if let text = numbers.first {
            slots = try Self.slots(String(text), of: entry)
            hasSlots = true
        }
    }

    /// - Parameter place: what the number belongs to, for the message.
    static func slots(_ text: String, of place: String) throws(HostList.Problem) -> Int {
        let bounds = HostList.Bounds.slots
        guard let slots = Int(text), bounds.contains(slots), text.allSatisfy(\.isNumber) else {
            throw HostList.Problem(
                message:
                    "'\(place)': a number of slots from \(bounds.lowerBound) to \(bounds.upperBound) is wanted, found '\(text)'"
            )
        }
        return slots
    }

    private static func user(_ text: Substring, in entry: String) throws(HostList.Problem) -> String {
        guard !text.isEmpty, !text.hasPrefix("-"), text.allSatisfy({ isPlain($0) || $0 == "@" || $0 == "+" }) else {
            throw HostList.Problem(
                message: "'\(entry)': a user's name is wanted before the @, of letters, digits and ._-+@, not '\(text)'"
            )
        }
        return String(text)
    }

    /// What is part of names and addresses, and means nothing to a shell or to ssh.
    private static func isPlain(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber) || "._-".contains(character)
    }

    private static func unclear(_ entry: String) -> HostList.Problem {
        HostList.Problem(
            message: "'\(entry)': a host is wanted as name, user@name:SLOTS, [IPv6]:SLOTS or ssh://user@name:PORT:SLOTS"
        )
    }
}
