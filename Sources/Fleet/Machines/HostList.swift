/// The machines that workers are started on through ssh, in the order in which they are dealt out.
package struct HostList: Sendable, Equatable {
    /// At least one, each once, with all of its slots.
    package private(set) var hosts: [RemoteHost]

    /// What a list may be.
    package enum Bounds {
        package static let hosts = 1...1024
        /// Workers of one host.
        package static let slots = 1...64
    }

    /// Why a text is no list of hosts: what was wanted and what was found.
    package struct Problem: Error, Equatable {
        package var message: String
    }

    /// How many workers there is room for.
    package var slots: Int { hosts.reduce(0) { $0 + $1.slots } }

    /// Reads `a:4,user@b:4,[fe80::1]:2,ssh://c:2222:4`, as mpirun's `--host`: without a number there is one slot, and what is named
    /// twice has the slots of both.
    package init(option text: String) throws(Problem) {
        var entries: [RemoteHost] = []
        for entry in text.split(separator: ",", omittingEmptySubsequences: false) {
            let words = String(entry).trimmingBlanks
            guard !words.isEmpty else {
                throw Problem(message: "a host is wanted between commas, such as a:4,b:4, found none in '\(text)'")
            }
            entries.append(try RemoteHost(entry: words))
        }
        self = try HostList(entries)
    }

    /// Reads a file as Open MPI's: a host a line, `a slots=4`. What follows `#` is a comment. `max_slots` may stand there; no host
    /// gets more workers than it has slots, so that it says nothing new.
    package init(file text: String) throws(Problem) {
        var entries: [RemoteHost] = []
        // Some editors end lines with two characters, which Swift counts as one.
        for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
            guard let first = words.first else { continue }
            do {
                entries.append(try Self.entry(String(first), words.dropFirst()))
            } catch {
                throw Problem(message: "line \(number + 1): \(error.message)")
            }
        }
        guard !entries.isEmpty else {
            throw Problem(message: "a host a line is wanted, such as 'a slots=4', found none")
        }
        self = try HostList(entries)
    }

    private static func entry(_ name: String, _ settings: ArraySlice<Substring>) throws(Problem) -> RemoteHost {
        var host = try RemoteHost(entry: name)
        var most: Int?
        var isSet = host.hasSlots
        for setting in settings {
            let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw Problem(message: "slots=N is wanted behind a host, found '\(setting)'")
            }
            switch parts[0].lowercased() {
            case "slots", "cpu", "count":
                guard !isSet else { throw Problem(message: "the slots of \(host.shown) are given twice") }
                isSet = true
                host.slots = try RemoteHost.slots(String(parts[1]), of: host.shown)
            case "max_slots", "max-slots": most = try RemoteHost.slots(String(parts[1]), of: host.shown)
            default:
                throw Problem(message: "slots=N or max_slots=N is wanted behind a host, found '\(setting)'")
            }
        }
        if let most, most < host.slots {
            throw Problem(message: "\(host.shown) has \(host.slots) slots and a max_slots of only \(most)")
        }
        return host
    }

    private init(_ entries: [RemoteHost]) throws(Problem) {
        hosts = []
        var places: [String: Int] = [:]
        for entry in entries {
            if let place = places[entry.shown] {
                hosts[place].slots += entry.slots
            } else {
                places[entry.shown] = hosts.count
                hosts.append(entry)
            }
        }
        guard Bounds.hosts.contains(hosts.count) else {
            throw Problem(message: "\(Bounds.hosts.upperBound) hosts are the most, found \(hosts.count)")
        }
        for host in hosts where !Bounds.slots.contains(host.slots) {
            throw Problem(
                message: "\(host.shown): \(Bounds.slots.upperBound) slots are the most of a host, found \(host.slots)")
        }
    }

    /// The host of each worker, by its place in ``hosts``: the first one's slots first, as mpirun deals them.
    ///
    /// - Parameter workers: at most ``slots``.
    package func places(workers: Int) -> [Int] {
        Array(hosts.indices.flatMap { Array(repeating: $0, count: hosts[$0].slots) }.prefix(workers))
    }
}
