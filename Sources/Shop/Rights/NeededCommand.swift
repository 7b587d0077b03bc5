internal import Strategies

/// A command that a run sends, with examples in the place of what an attempt gives it, to ask whether the user may.
struct NeededCommand: Equatable {
    var arguments: [[UInt8]]
    /// Where the file has it; nil for what stress sends by itself.
    var line: Int?
    /// What it is for, in words that follow its name; nil where its line says that.
    var purpose: String?

    init(_ arguments: [[UInt8]], line: Int? = nil, purpose: String? = nil) {
        self.arguments = arguments
        self.line = line
        self.purpose = purpose
    }

    init(_ arguments: [String], purpose: String) {
        self.init(arguments.map { Array($0.utf8) }, purpose: purpose)
    }

    /// In capitals.
    var name: String { String(decoding: arguments.first ?? [], as: UTF8.self).uppercased() }

    /// Whether it changes nothing wherever it is sent, so that it can be asked by sending it.
    var isHarmless: Bool { ["EXEC", "UNWATCH", "WATCH"].contains(name) }

    /// The same where it may be executed: no script or function of the user's runs, and nothing waits. Nil where it is not tried.
    func trial(_ run: String) -> [[UInt8]]? {
        let waiting: Set = [
            "BLMOVE", "BLMPOP", "BLPOP", "BRPOP", "BRPOPLPUSH", "BZMPOP", "BZPOPMAX", "BZPOPMIN", "WAIT", "WAITAOF",
            "XREAD", "XREADGROUP",
        ]
        guard !waiting.contains(name), arguments.count > 1 || !["EVAL", "EVALSHA", "FCALL"].contains(name) else {
            return nil
        }
        var trial = arguments
        switch name {
        case "EVAL": trial[1] = Array("return 0".utf8)
        case "EVALSHA": trial[1] = Array(String(repeating: "0", count: 40).utf8)
        case "FCALL": trial[1] = Array("stress_\(run)_none".utf8)
        default: break
        }
        return trial
    }
}
