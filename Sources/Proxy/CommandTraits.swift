/// What the proxy has to know of a command by its name.
struct CommandTraits: BitwiseCopyable {
    /// Commands that change what a connection is, or how its replies come.
    enum Role: UInt8 {
        case usual
        case multi, exec, discard, watch, unwatch, reset
        case auth, hello, select
        case subscribe, monitor, silent
    }

    /// Where keys stand among the arguments.
    enum Keys: BitwiseCopyable {
        case none
        /// From the first to the last place, every so many; a last place below zero counts from the end.
        case places(first: Int, last: Int, step: Int)
        /// Behind their number, which is the argument at this place.
        case counted(at: Int)
    }

    var role = Role.usual
    /// Whether the server does not say that it only reads.
    var mayWrite = true
    /// Whether it is about the connection or the server, and touches no data.
    var isLocal = false
    /// Whether it may wait for other clients.
    var blocks = false
    var keys = Keys.none
    /// Whether its arguments may hold a password, so that they are never written down.
    var isSecret = false
    /// Whether its second word says which command it is.
    var hasSubcommands = false
}

/// A command's name in capitals, with its second word behind a bar where that belongs to it; at most 32 bytes.
struct CommandName: Hashable, BitwiseCopyable {
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    /// Nil for what is no name of any command.
    init?(_ name: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer? = nil) {
        guard !name.isEmpty, name.count + (second.map { $0.count + 1 } ?? 0) <= 32 else { return nil }
        withUnsafeMutableBytes(of: &words) { room in
            var place = 0
            for byte in name {
                room[place] = Self.capital(byte)
                place += 1
            }
            guard let second else { return }
            room[place] = UInt8(ascii: "|")
            for byte in second {
                place += 1
                room[place] = Self.capital(byte)
            }
        }
    }

    init?(_ text: String) {
        let parts = text.split(separator: "|", maxSplits: 1).map { Array($0.utf8) }
        guard let first = parts.first else { return nil }
        let made = first.withUnsafeBytes { name in
            parts.count > 1 ? parts[1].withUnsafeBytes { CommandName(name, $0) } : CommandName(name)
        }
        guard let made else { return nil }
        self = made
    }

    static func capital(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) ? byte - 32 : byte
    }

    static func == (left: CommandName, right: CommandName) -> Bool { left.words == right.words }

    func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
    }
}
