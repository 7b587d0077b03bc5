internal import FlashSale
internal import FoundationEssentials
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
    /// The library that lets a power cut take what is not durable; nil where none will be asked for.
    var powerCutLibrary: String?
    /// The same library, where it stops the server's clock; nil where that runs.
    var clockLibrary: String?
    /// What it knows of other servers.
    var role = ServerRole.alone

    /// Nobody on another machine can reach it there.
    static let address = "127.0.0.1"

    /// The one place at which it listens for clients.
    var place: String { "\(Self.address):\(port)" }
    /// All places at which it listens.
    var places: [String] {
        guard case .clusterNode = role else { return [place] }
        return [place, "\(Self.address):\(port + ServerRole.busDistance)"].sorted()
    }
    /// All ports that it takes.
    var ports: [Int] {
        guard case .clusterNode = role else { return [port] }
        return [port, port + ServerRole.busDistance]
    }
    var logPath: String { "\(folder)/\(Self.logName)" }
    static let logName = "redis.log"

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

        """
            + (persistenceLines + (password.map { ["requirepass \($0.text)"] } ?? [])
            + role.configurationLines(password: password?.text)).map { $0 + "\n" }.joined()
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

    var arguments: [String] {
        [folder, String(port), String(maximumClients), persistence.rawValue, program]
            + (powerCutLibrary.map { [Self.powerCutsWord, $0] } ?? [])
            + (clockLibrary.map { [Self.clockWord, $0] } ?? [])
            + (role == .alone ? [] : [Self.roleWord, roleText])
    }

    private static let powerCutsWord = "power-cuts"
    private static let clockWord = "clock"
    private static let roleWord = "role"

    private var roleText: String {
        (try? JSONEncoder().encode(role)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    init(
        folder: String, port: Int, maximumClients: Int, persistence: Scenario.Persistence, program: String,
        powerCutLibrary: String? = nil, clockLibrary: String? = nil, role: ServerRole = .alone
    ) {
        self.folder = folder
        self.port = port
        self.maximumClients = maximumClients
        self.persistence = persistence
        self.program = program
        self.powerCutLibrary = powerCutLibrary
        self.clockLibrary = clockLibrary
        self.role = role
    }

    /// Nil if `arguments` are not what ``arguments`` gives.
    init?(arguments: [String]) {
        guard arguments.count >= 5, let port = Int(arguments[1]),
            let maximumClients = Int(arguments[2]), let persistence = Scenario.Persistence(rawValue: arguments[3])
        else { return nil }
        self.init(
            folder: arguments[0], port: port, maximumClients: maximumClients, persistence: persistence,
            program: arguments[4])
        var rest = arguments.dropFirst(5)
        while let word = rest.popFirst() {
            guard let value = rest.popFirst() else { return nil }
            switch word {
            case Self.powerCutsWord: powerCutLibrary = value
            case Self.clockWord: clockLibrary = value
            case Self.roleWord:
                guard let role = try? JSONDecoder().decode(ServerRole.self, from: Data(value.utf8)) else { return nil }
                self.role = role
            default: return nil
            }
        }
    }
}

/// The password of one private server, drawn for it alone: whoever does not know it is not served, and a server that does
/// not know it is not ours.
struct RunPassword: Equatable, CustomStringConvertible, CustomReflectable {
    /// 64 hexadecimal digits, which redis.conf takes without quotes.
    let text: String

    /// Draws one, 256 bits from the system's generator.
    init() {
        var generator = SystemRandomNumberGenerator()
        text = (0..<4).map { _ in
            let digits = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// Nil if `text` is none that ``init()`` draws.
    init?(_ text: String) {
        let isHexadecimal = text.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
        guard text.utf8.count == 64, isHexadecimal else { return nil }
        self.text = text
    }

    var description: String { "(password)" }
    /// Without it `dump` and the test library's messages would walk into the text.
    var customMirror: Mirror { Mirror(self, children: []) }
}

/// Finds the server's program.
enum ServerExecutable {
    private static let names = ["redis-server", "valkey-server"]
    /// Where packages put it; a user's PATH may lack them.
    private static let usualFolders = ["/usr/bin", "/usr/local/bin", "/usr/sbin"]

    /// The path of `STRESS_REDIS_SERVER`, or of the first of redis-server and valkey-server.
    ///
    /// - Throws: `notInstalled`.
    static func find(environment: [String: String]) throws(EmbeddedServerError) -> String {
        if let named = environment["STRESS_REDIS_SERVER"], !named.isEmpty {
            guard isProgram(named) else {
                throw .notInstalled("STRESS_REDIS_SERVER is \(named), which is not an executable file")
            }
            return named
        }
        let searched = (environment["PATH"] ?? "").split(separator: ":").map(String.init).filter { $0.hasPrefix("/") }
        for name in names {
            for folder in searched + usualFolders where isProgram("\(folder)/\(name)") {
                return "\(folder)/\(name)"
            }
        }
        let places = usualFolders.joined(separator: ", ")
        throw .notInstalled("\(names.joined(separator: " and ")) were not found on PATH or in \(places)")
    }

    private static func isProgram(_ path: String) -> Bool {
        var information = stat()
        guard stat(path, &information) == 0 else { return false }
        return information.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }
}
