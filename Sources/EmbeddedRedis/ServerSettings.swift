internal import FlashSale
internal import Glibc

/// How one private server is to run. The coordinator decides it, the guard carries it out.
struct ServerSettings: Equatable {
    /// The temporary folder: absolute, and not yet there when the guard is told of it.
    var folder: String
    /// A TCP port on 127.0.0.1.
    var port: Int
    var maximumClients: Int
    var persistence: Scenario.Persistence
    /// The server's program, absolute or relative to the working directory.
    var program: String

    /// Nobody on another machine can reach it there.
    static let address = "127.0.0.1"

    /// The one place at which it listens.
    var place: String { "\(Self.address):\(port)" }
    var logPath: String { "\(folder)/redis.log" }

    /// What the server reads from its standard input. Not a file: Redis takes a path with `[`, `*` or `?` for a pattern, and
    /// runs with its defaults where that fits nothing. Not arguments: it parses those differently from version to version,
    /// and everybody on the machine can read them.
    ///
    /// Its log goes to its standard output, which is the file at ``logPath``.
    func configuration(backlog: Int, password: RunPassword?) -> String {
        """
        bind \(Self.address)
        port \(port)
        protected-mode yes
        daemonize no
        dir \(Self.quoted(folder))
        logfile ""
        maxclients \(maximumClients)
        tcp-backlog \(backlog)

        """ + (persistenceLines + (password.map { ["requirepass \($0.text)"] } ?? [])).map { $0 + "\n" }.joined()
    }

    private var persistenceLines: [String] {
        switch persistence {
        case .none: ["save \"\"", "appendonly no"]
        case .rdb: ["save 1 1", "appendonly no"]
        case .everysec: ["save \"\"", "appendonly yes", "appendfsync everysec"]
        case .always: ["save \"\"", "appendonly yes", "appendfsync always"]
        }
    }

    /// As redis.conf quotes: any byte that could end the word is written in hexadecimal.
    private static func quoted(_ text: String) -> String {
        let digits = Array("0123456789abcdef")
        let escaped = text.utf8.map { byte in
            let isPlain = byte > 32 && byte < 127 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
            return isPlain
                ? String(UnicodeScalar(byte)) : "\\x\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
        }
        return "\"\(escaped.joined())\""
    }

    /// The longest queue of new connections that the kernel grants, at most 4096. Redis warns about a longer one.
    static func backlog() -> Int {
        guard let text = SmallFile.read("/proc/sys/net/core/somaxconn"),
            let granted = Int(text.prefix { $0.isNumber })
        else { return 511 }
        return min(4096, max(1, granted))
    }

    // MARK: The guard's arguments

    var arguments: [String] { [folder, String(port), String(maximumClients), persistence.rawValue, program] }

    init(folder: String, port: Int, maximumClients: Int, persistence: Scenario.Persistence, program: String) {
        self.folder = folder
        self.port = port
        self.maximumClients = maximumClients
        self.persistence = persistence
        self.program = program
    }

    /// Nil if `arguments` are not what ``arguments`` gives.
    init?(arguments: [String]) {
        guard arguments.count == 5, let port = Int(arguments[1]), let maximumClients = Int(arguments[2]),
            let persistence = Scenario.Persistence(rawValue: arguments[3])
        else { return nil }
        self.init(
            folder: arguments[0], port: port, maximumClients: maximumClients, persistence: persistence,
            program: arguments[4])
    }
}
