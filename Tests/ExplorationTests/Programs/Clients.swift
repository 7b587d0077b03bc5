import Exploration
import TestSupport
import Testing

/// Client libraries of several languages, each in a program that reads a line for each purchase.
enum Client: String, CaseIterable, CustomTestStringConvertible, Sendable {
    case ruby = "redis-rb"
    case php = "phpredis"
    case node = "node-redis"
    case go = "go-redis"

    /// How a unit is taken.
    enum Way: String {
        /// GET and SET.
        case look
        /// WATCH, GET, MULTI, SET, EXEC, and again where another one was quicker.
        case watch
        /// DECR, and INCR where that was too much.
        case count
    }

    var testDescription: String { rawValue }

    /// - Parameter retries: for how often Go's client sends again what had no reply; the others do as they do.
    func trial(_ way: Way, retries: Int = 0) throws -> ProgramTrial {
        let (file, words) =
            switch self {
            case .ruby: ("loop.rb", ["ruby", "loop.rb"])
            case .php: ("loop.php", ["php", "loop.php"])
            case .node: ("loop.js", ["node", "loop.js"])
            case .go: ("loop.go", ["./loop"])
            }
        var trial = try ProgramTrial([file: Shops.text(file)], .loops(words), won: "line /^won/")
        if self == .go {
            // Debian's packages of Go are sources in such a folder.
            try Shops.compile(
                ["go", "build", "-o", "loop", "loop.go"], in: trial,
                ["GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": ""])
        }
        trial.settings.variables = [
            "HOW": way.rawValue, "RETRIES": String(retries), "NODE_PATH": "/usr/share/nodejs",
        ]
        return trial
    }
}
